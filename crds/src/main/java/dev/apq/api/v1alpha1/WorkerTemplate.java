package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The part of the worker Pods that users choose. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WorkerTemplate(
    @Size(min = 1, max = 512)
        @JsonPropertyDescription(
            "Image that fulfils the worker contract; the operator's default if absent.")
        @Nullable String image,
    @JsonPropertyDescription("Always, IfNotPresent or Never; the default of the Pod API if absent.")
        @Nullable ImagePullPolicy imagePullPolicy,
    @Size(max = 8)
        @JsonPropertyDescription("Names of image pull Secrets in the namespace of this resource.")
        List<@Size(min = 1, max = 253) String> imagePullSecrets,
    @JsonPropertyDescription("CPU, memory and devices.") @Nullable WorkerResources resources,
    @Size(max = 64) @JsonPropertyDescription("More environment variables.") List<EnvEntry> env,
    @Size(max = 32) @JsonPropertyDescription("Labels a node must have.")
        Map<String, @Size(max = 63) String> nodeSelector,
    @Size(max = 32) @JsonPropertyDescription("Taints that are tolerated.")
        List<TolerationSpec> tolerations,
    @Size(min = 1, max = 253) @JsonPropertyDescription("PriorityClass of the Pods.")
        @Nullable String priorityClassName,
    @Size(min = 1, max = 253)
        @JsonPropertyDescription("RuntimeClass of the Pods, for example nvidia.")
        @Nullable String runtimeClassName) {

  /** Fills in the defaults. */
  public WorkerTemplate {
    imagePullSecrets = Formats.listOf(imagePullSecrets);
    env = Formats.listOf(env);
    nodeSelector = Formats.mapOf(nodeSelector);
    tolerations = Formats.listOf(tolerations);
  }
}
