package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/** A Kubeflow {@code TrainJob} ({@code trainer.kubeflow.org/v1alpha1}). */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TrainJobSource(
    @Required
        @JsonPropertyDescription(
            "The runtime. It brings what a TrainJob cannot say: launcher, failure policy, security"
                + " contexts, and the image unless spec.worker.image is set.")
        RuntimeReference runtimeRef,
    @Default("1") @Min(1) @Max(1024) @JsonPropertyDescription("Pods that train together.")
        Integer nodes,
    @Min(1)
        @Max(64)
        @JsonPropertyDescription("Processes in each Pod; what the runtime says if absent.")
        @Nullable Integer processesPerNode) {

  /** Fills in the defaults. */
  public TrainJobSource {
    nodes = Formats.orElse(nodes, 1);
  }
}
