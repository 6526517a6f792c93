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
public record SupernetTrainingStatus(
    @Required
        @JsonPropertyDescription(
            "Generation of the specification that this status is about; -1 before "
                + "the first visit.")
        Long observedGeneration,
    @Size(max = 16) @JsonPropertyDescription("Names the Jobs of this resource.")
        @Nullable String runId,
    @Size(max = 16)
        @JsonPropertyDescription(
            "Succeeded (its reason is the STATE column), Reconciling, Stalled, "
                + "Suspended, Healthy.")
        List<Condition> conditions,
    @Min(0) @Max(100) @JsonPropertyDescription("How far the whole is, 0 to 100.")
        @Nullable Integer progressPercent,
    @Size(max = 8) @JsonPropertyDescription("The five stages in order.") List<StageStatus> stages,
    @JsonPropertyDescription("Progress of the running stage.") @Nullable TrainerStatus trainer,
    @JsonPropertyDescription("What the health gate measured, once training is done.")
        @Nullable SupernetHealth supernet,
    @JsonPropertyDescription("Quality of the predictors, once they are trained.")
        @Nullable PredictorStatus predictor,
    @JsonPropertyDescription("Where the artifacts lie.") @Nullable ArtifactReference artifact,
    @JsonPropertyDescription("What was spent; searches reuse it.") @Nullable TrainingCost cost) {

  /** Fills in the defaults. */
  public SupernetTrainingStatus {
    conditions = Formats.listOf(conditions);
    stages = Formats.listOf(stages);
  }
}
