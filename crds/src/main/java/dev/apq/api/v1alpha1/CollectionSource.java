package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;

/** How many subnets are measured and how the work is split. */
@ValidationRule(
    value = "self.shards <= self.fullPrecisionSamples && self.shards <= self.quantizedSamples",
    message = "shards must not exceed fullPrecisionSamples or quantizedSamples")
@ValidationRule(
    value = "self.minParallelism <= self.parallelism",
    message = "minParallelism must not exceed parallelism")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CollectionSource(
    @Required
        @Min(1)
        @Max(10000000)
        @JsonPropertyDescription(
            "Subnets measured in full precision, to train the accuracy predictor.")
        Integer fullPrecisionSamples,
    @Required
        @Min(1)
        @Max(10000000)
        @JsonPropertyDescription("Subnets measured with bit widths, to transfer the predictor.")
        Integer quantizedSamples,
    @Default("0")
        @Min(0)
        @Max(1000000)
        @JsonPropertyDescription(
            "Optimizer steps of quantization-aware fine-tuning before a quantized "
                + "subnet is measured.")
        Integer quantizedFinetuneSteps,
    @Default("10000")
        @Min(1)
        @Max(10000000)
        @JsonPropertyDescription(
            "Held-out images on which each accuracy is measured; all of them if "
                + "there are fewer.")
        Integer evaluationImages,
    @Default("2000")
        @Min(1)
        @Max(10000000)
        @JsonPropertyDescription(
            "Training images for batch-norm and clip calibration of each subnet.")
        Integer calibrationImages,
    @Default("1")
        @Min(1)
        @Max(10000)
        @JsonPropertyDescription(
            "Into how many Pods each collection is split; aim at 5 to 15 minutes a shard.")
        Integer shards,
    @Default("1") @Min(1) @Max(10000) @JsonPropertyDescription("Shards measured at the same time.")
        Integer parallelism,
    @Default("1")
        @Min(1)
        @Max(10000)
        @JsonPropertyDescription(
            "Shards at the same time with which a queue may start a collection when there is no"
                + " room for parallelism (Kueue's partial admission); equal to parallelism, it"
                + " waits for all.")
        Integer minParallelism,
    @Default("2")
        @Min(0)
        @Max(100)
        @JsonPropertyDescription("Retries of a failed shard before it counts as failed.")
        Integer backoffLimitPerShard,
    @Default("100")
        @Min(1)
        @Max(100)
        @JsonPropertyDescription(
            "Share of the shards that must succeed, in percent; the predictor is "
                + "trained on those.")
        Integer minSuccessPercent) {

  /** Fills in the defaults. */
  public CollectionSource {
    quantizedFinetuneSteps = Formats.orElse(quantizedFinetuneSteps, 0);
    evaluationImages = Formats.orElse(evaluationImages, 10000);
    calibrationImages = Formats.orElse(calibrationImages, 2000);
    shards = Formats.orElse(shards, 1);
    parallelism = Formats.orElse(parallelism, 1);
    minParallelism = Formats.orElse(minParallelism, 1);
    backoffLimitPerShard = Formats.orElse(backoffLimitPerShard, 2);
    minSuccessPercent = Formats.orElse(minSuccessPercent, 100);
  }
}
