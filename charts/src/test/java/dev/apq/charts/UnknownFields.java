package dev.apq.charts;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds fields that the Kubernetes API does not have: the model keeps them aside instead of
 * refusing them, as a lenient API server would drop them silently.
 */
final class UnknownFields {
  private final List<String> found = new ArrayList<>();

  private UnknownFields() {}

  /** Paths of the unknown fields below the object. */
  static List<String> of(Object object) {
    UnknownFields fields = new UnknownFields();
    fields.visit(object, object.getClass().getSimpleName());
    return fields.found;
  }

  private void visit(Object value, String path) {
    if (value instanceof Collection<?> items) {
      items.forEach(item -> visit(item, path + "[]"));
    } else if (value instanceof Map<?, ?> entries) {
      entries.forEach((key, entry) -> visit(entry, path + "." + key));
    } else if (value.getClass().getName().startsWith("io.fabric8.kubernetes.api.model.")
        && !value.getClass().getName().contains("GenericKubernetesResource")) {
      visitBean(value, path);
    }
  }

  private void visitBean(Object bean, String path) {
    for (Method getter : bean.getClass().getMethods()) {
      if (!getter.getName().startsWith("get")
          || getter.getParameterCount() > 0
          || getter.getDeclaringClass() == Object.class
          || Modifier.isStatic(getter.getModifiers())) {
        continue;
      }
      Object value = call(getter, bean);
      if (value instanceof Map<?, ?> unknown && getter.isAnnotationPresent(JsonAnyGetter.class)) {
        unknown.keySet().forEach(key -> found.add(path + "." + key));
      } else if (value != null) {
        visit(value, path + "." + getter.getName().substring(3));
      }
    }
  }

  private static @Nullable Object call(Method getter, Object bean) {
    try {
      return getter.invoke(bean);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(getter.toString(), e);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(getter.toString(), e.getCause());
    }
  }
}
