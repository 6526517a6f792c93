package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** What to train, on what, and with which resources. */
@ValidationRule(
    value = "has(self.distributed) == has(oldSelf.distributed)",
    message = "distributed is immutable; create another SupernetTraining instead")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SupernetTrainingSpec(
    @Required
        @ValidationRule(
            value = "self == oldSelf",
            message = "searchSpace is immutable; create another SupernetTraining instead")
        @JsonPropertyDescription("The networks to choose from. Immutable.")
        SearchSpaceSource searchSpace,
    @Required
        @ValidationRule(
            value = "self == oldSelf",
            message = "dataset is immutable; create another SupernetTraining instead")
        @JsonPropertyDescription("Training and held-out images. Immutable.")
        DatasetSource dataset,
    @Required
        @ValidationRule(
            value = "self == oldSelf",
            message = "recipe is immutable; create another SupernetTraining instead")
        @JsonPropertyDescription("How the supernet is trained. Immutable.")
        RecipeSource recipe,
    @Required
        @ValidationRule(
            value =
                "self.fullPrecisionSamples == oldSelf.fullPrecisionSamples && self.quantizedSamples"
                    + " == oldSelf.quantizedSamples && self.quantizedFinetuneSteps =="
                    + " oldSelf.quantizedFinetuneSteps && self.evaluationImages =="
                    + " oldSelf.evaluationImages && self.calibrationImages =="
                    + " oldSelf.calibrationImages && self.shards == oldSelf.shards",
            message =
                "sample counts, images, fine-tuning steps and shards are immutable; create another"
                    + " SupernetTraining instead")
        @JsonPropertyDescription(
            "How many subnets are measured (immutable) and how the work is split "
                + "(parallelism, minParallelism, backoffLimitPerShard and minSuccessPercent may"
                + " change).")
        CollectionSource collection,
    @Default("{}")
        @ValidationRule(
            value = "self == oldSelf",
            message = "quantization is immutable; create another SupernetTraining instead")
        @JsonPropertyDescription("How subnets are quantized. Immutable.")
        QuantizationSource quantization,
    @Default("{}")
        @ValidationRule(
            value =
                "self.hiddenSize == oldSelf.hiddenSize && self.epochs == oldSelf.epochs &&"
                    + " self.learningRate == oldSelf.learningRate && self.patience =="
                    + " oldSelf.patience && self.ensemble == oldSelf.ensemble",
            message =
                "size and training of the predictor are immutable; create another SupernetTraining"
                    + " instead")
        @JsonPropertyDescription(
            "The accuracy predictor: size and training (immutable) and how good it must be"
                + " (minKendallTau may change).")
        PredictorSource predictor,
    @Default("0")
        @Min(0)
        @ValidationRule(
            value = "self == oldSelf",
            message = "seed is immutable; create another SupernetTraining instead")
        @JsonPropertyDescription(
            "All randomness follows from it: the same seed gives the same "
                + "artifacts. Immutable.")
        Long seed,
    @JsonPropertyDescription(
            "Image, resources and placement of the worker Pods. A change takes "
                + "effect with the next Job.")
        @Nullable WorkerTemplate worker,
    @Size(min = 1, max = 63)
        @Pattern(Formats.DNS_LABEL)
        @JsonPropertyDescription("Kueue LocalQueue that admits the Jobs; none if absent.")
        @Nullable String queueName,
    @ValidationRule(
            value = "self == oldSelf",
            message = "distributed is immutable; create another SupernetTraining instead")
        @JsonPropertyDescription(
            "Runs stage Train on several nodes; in one Pod if absent. Needs a worker image that"
                + " trains on several nodes. Immutable.")
        @Nullable DistributedTraining distributed,
    @Default("false")
        @JsonPropertyDescription(
            "True stops the running Job, which leaves a checkpoint; false "
                + "continues. A stage that failed is tried again after true and false.")
        Boolean suspend,
    @Default("{}") @JsonPropertyDescription("Limits and clean-up of the Jobs.")
        RunPolicy runPolicy) {

  /** Fills in the defaults. */
  public SupernetTrainingSpec {
    quantization = Formats.orElse(quantization, QuantizationSource.DEFAULTS);
    predictor = Formats.orElse(predictor, PredictorSource.DEFAULTS);
    seed = Formats.orElse(seed, 0L);
    suspend = Formats.orElse(suspend, false);
    runPolicy = Formats.orElse(runPolicy, RunPolicy.DEFAULTS);
  }
}
