package dev.apq.kubectl.manifest;

import dev.apq.kubectl.error.ExitStatus;
import dev.apq.kubectl.error.PluginException;
import io.fabric8.generator.annotation.Required;
import java.lang.reflect.RecordComponent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The check that an API server makes with the schema: required fields are there. */
final class RequiredFields {
  private RequiredFields() {}

  /**
   * Checks a value of the API and all that it holds.
   *
   * @param path of the value, for messages
   * @throws PluginException naming the first field that is missing
   */
  static void check(String path, @Nullable Object value) {
    if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        check(path + "[" + i + "]", list.get(i));
      }
    } else if (value instanceof Record api) {
      for (RecordComponent component : api.getClass().getRecordComponents()) {
        String field = path + "." + component.getName();
        Object content = content(api, component);
        if (content == null && component.getAccessor().isAnnotationPresent(Required.class)) {
          throw new PluginException(
              ExitStatus.USAGE,
              field + " is missing",
              "add it; kubectl explain supernettraining."
                  + field.replaceAll("\\[.*?]", "")
                  + " describes it");
        }
        check(field, content);
      }
    }
  }

  private static @Nullable Object content(Record api, RecordComponent component) {
    try {
      return component.getAccessor().invoke(api);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
