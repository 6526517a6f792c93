package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;

/** CPU, memory and devices of a worker Pod. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WorkerResources(
    @Size(max = 16) @JsonPropertyDescription("What the scheduler reserves, by resource name.")
        Map<String, Quantity> requests,
    @Size(max = 16)
        @JsonPropertyDescription("What the Pod may use at most, by resource name; put GPUs here.")
        Map<String, Quantity> limits) {

  /** Fills in the defaults. */
  public WorkerResources {
    requests = Formats.mapOf(requests);
    limits = Formats.mapOf(limits);
  }
}
