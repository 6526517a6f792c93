package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator observed. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ApqSearchStatus(
    @Required
        @JsonPropertyDescription(
            "Generation of the specification that this status is about; -1 before "
                + "the first visit.")
        Long observedGeneration,
    @Size(max = 16)
        @JsonPropertyDescription("Names this search: predictor, limits, hardware and settings.")
        @Nullable String runId,
    @Size(max = 16)
        @JsonPropertyDescription(
            "Succeeded (its reason is the STATE column), Reconciling, Stalled, "
                + "Suspended, Healthy.")
        List<Condition> conditions,
    @Min(0) @Max(100) @JsonPropertyDescription("How far the whole is, 0 to 100.")
        @Nullable Integer progressPercent,
    @Size(max = 8)
        @JsonPropertyDescription(
            "Resolve (wait for supernet and hardware), Search and, unless spec.verify.topK is 0,"
                + " Verify.")
        List<StageStatus> stages,
    @JsonPropertyDescription("The supernet behind the answer.") @Nullable SupernetSummary supernet,
    @JsonPropertyDescription("How far the search is.") @Nullable SearchProgress search,
    @JsonPropertyDescription("The answer.") @Nullable BestPolicy best,
    @JsonPropertyDescription("Where the whole result lies.") @Nullable ResultsReference results,
    @JsonPropertyDescription(
            "Folder of the verified network: weights, policy and measurements, sealed by a manifest.")
        @Nullable ArtifactReference model,
    @JsonPropertyDescription("The marginal cost of this target.") @Nullable SearchCost cost) {

  /** Fills in the defaults. */
  public ApqSearchStatus {
    conditions = Formats.listOf(conditions);
    stages = Formats.listOf(stages);
  }
}
