package dev.apq.operator.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apq.api.v1alpha1.WorkerTemplate;
import dev.apq.operator.config.OperatorConfig;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What worker Pods get where their resource says nothing. */
public final class WorkerDefaults {
  private static final ObjectMapper STRICT = new ObjectMapper();

  private final WorkerTemplate defaults;

  private WorkerDefaults(WorkerTemplate defaults) {
    this.defaults = defaults;
  }

  /**
   * As the operator's settings have them.
   *
   * @throws IllegalArgumentException if they are not a {@code spec.worker} in JSON
   */
  public static WorkerDefaults of(OperatorConfig.Worker settings) {
    return of(settings.image(), settings.defaults().orElse("{}"));
  }

  /** Of a {@code spec.worker} in JSON; {@code image} is for one that names none. */
  static WorkerDefaults of(String image, String json) {
    try {
      WorkerTemplate template = STRICT.readValue(json, WorkerTemplate.class);
      return new WorkerDefaults(merge(template, ofImage(image)));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "APQ_WORKER_DEFAULTS (worker.* of the chart) is not a spec.worker in JSON: "
              + e.getOriginalMessage(),
          e);
    }
  }

  /** Each field as the resource has it, or the default of that whole field. */
  WorkerTemplate under(@Nullable WorkerTemplate wanted) {
    return wanted == null ? defaults : merge(wanted, defaults);
  }

  private static WorkerTemplate merge(WorkerTemplate wanted, WorkerTemplate defaults) {
    return new WorkerTemplate(
        first(wanted.image(), defaults.image()),
        first(wanted.imagePullPolicy(), defaults.imagePullPolicy()),
        first(wanted.imagePullSecrets(), defaults.imagePullSecrets()),
        first(wanted.resources(), defaults.resources()),
        first(wanted.env(), defaults.env()),
        first(wanted.nodeSelector(), defaults.nodeSelector()),
        first(wanted.tolerations(), defaults.tolerations()),
        first(wanted.priorityClassName(), defaults.priorityClassName()),
        first(wanted.runtimeClassName(), defaults.runtimeClassName()));
  }

  private static <T> @Nullable T first(@Nullable T wanted, @Nullable T otherwise) {
    return wanted == null ? otherwise : wanted;
  }

  private static <C extends Collection<?>> C first(C wanted, C otherwise) {
    return wanted.isEmpty() ? otherwise : wanted;
  }

  private static <K, V> Map<K, V> first(Map<K, V> wanted, Map<K, V> otherwise) {
    return wanted.isEmpty() ? otherwise : wanted;
  }

  private static WorkerTemplate ofImage(String image) {
    return new WorkerTemplate(
        image, null, List.of(), null, List.of(), Map.of(), List.of(), null, null);
  }
}
