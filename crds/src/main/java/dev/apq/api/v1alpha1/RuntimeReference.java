package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** Names a training runtime of the Kubeflow Trainer. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RuntimeReference(
    @Required
        @Size(min = 1, max = 253)
        @Pattern(Formats.DNS_SUBDOMAIN)
        @JsonPropertyDescription("Its name.")
        String name,
    @Default("ClusterTrainingRuntime")
        @JsonPropertyDescription(
            "ClusterTrainingRuntime, or TrainingRuntime in the namespace of this resource.")
        RuntimeKind kind) {

  /** Fills in the defaults. */
  public RuntimeReference {
    kind = Formats.orElse(kind, RuntimeKind.CLUSTER_TRAINING_RUNTIME);
  }
}
