package dev.apq.core.contract;

/**
 * How many subnets are measured, and on how many images.
 *
 * @param fullPrecisionSamples subnets measured in full precision
 * @param quantizedSamples subnets fine-tuned and measured with bit widths
 * @param quantizedFinetuneSteps optimizer steps before measuring a quantized subnet; 0 for none
 * @param shards how many ways each collection is split
 * @param evaluationImages held-out images an accuracy is measured on
 * @param calibrationImages images for batch-norm and clip calibration
 */
public record CollectionSpec(
    int fullPrecisionSamples,
    int quantizedSamples,
    int quantizedFinetuneSteps,
    int shards,
    int evaluationImages,
    int calibrationImages) {

  /**
   * @throws IllegalArgumentException naming a field that is out of range
   */
  public CollectionSpec {
    Ranges.within("collection.fullPrecisionSamples", fullPrecisionSamples, 1, 10_000_000);
    Ranges.within("collection.quantizedSamples", quantizedSamples, 1, 10_000_000);
    Ranges.within("collection.quantizedFinetuneSteps", quantizedFinetuneSteps, 0, 1_000_000);
    Ranges.within("collection.shards", shards, 1, 10_000);
    Ranges.within("collection.evaluationImages", evaluationImages, 1, 10_000_000);
    Ranges.within("collection.calibrationImages", calibrationImages, 1, 10_000_000);
  }

  /** Samples of a sharded stage in all shards together. */
  public int samples(Stage stage) {
    return switch (stage) {
      case COLLECT -> fullPrecisionSamples;
      case COLLECT_QUANTIZED -> quantizedSamples;
      default -> throw new IllegalArgumentException(stage + " collects no samples");
    };
  }

  /** Index of a shard's first sample; shard sizes differ by at most one. */
  public int firstSample(Stage stage, int shard) {
    Ranges.within("shard", shard, 0, shards);
    return (int) ((long) samples(stage) * shard / shards);
  }

  /** Index behind a shard's last sample. */
  public int endSample(Stage stage, int shard) {
    return firstSample(stage, shard + 1);
  }
}
