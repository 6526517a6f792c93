package dev.apq.worker.supernet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.apq.core.policy.Architecture;
import dev.apq.worker.data.Batch;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.data.ImageSet;

/**
 * Measures subnets: batch normalization is recalibrated for the subnet on training images, then
 * accuracy is taken on validation images.
 */
public final class SubnetMeter {
  /** Images that are classified at once. */
  public static final int EVALUATION_BATCH = 250;

  private final Dataset dataset;
  private final int calibrationImages;
  private final int evaluationImages;

  /**
   * @param calibrationImages at most; one batch
   * @param evaluationImages at most
   */
  public SubnetMeter(Dataset dataset, int calibrationImages, int evaluationImages) {
    this.dataset = dataset;
    this.calibrationImages = Math.min(calibrationImages, dataset.train().count());
    this.evaluationImages = Math.min(evaluationImages, dataset.validation().count());
  }

  /** Validation images that every accuracy is measured on. */
  public int evaluationImages() {
    return evaluationImages;
  }

  /** How many training images calibrate. */
  public int calibrationImages() {
    return calibrationImages;
  }

  /** Training images that calibrate. */
  public Batch calibrationBatch() {
    return dataset.batch(dataset.train(), 0, calibrationImages);
  }

  /** Accuracy of a subnet in full precision, 0..1. */
  public double accuracy(ElasticNetwork network, Architecture architecture) {
    return accuracy(network, architecture, Precision.FULL, Precision.FULL);
  }

  /**
   * Accuracy of a subnet, 0..1.
   *
   * @param calibrating in use while batch normalization is recalibrated
   * @param measuring in use while accuracy is measured
   */
  public double accuracy(
      ElasticNetwork network,
      Architecture architecture,
      Precision calibrating,
      Precision measuring) {
    try (NDManager statistics = network.parameters().scope()) {
      Normalizer frozen = statistics(network, architecture, calibrating, statistics).frozen();
      int correct =
          correct(network, architecture, measuring, frozen, dataset.validation(), evaluationImages);
      return (double) correct / evaluationImages;
    }
  }

  /**
   * Statistics for batch normalization, taken from the calibration images.
   *
   * @param owner of what is recorded
   */
  public Normalizer.Recording statistics(
      ElasticNetwork network, Architecture architecture, Precision precision, NDManager owner) {
    Normalizer.Recording recording = Normalizer.recording(owner);
    try (NDManager scope = network.parameters().scope()) {
      NDArray images = SupernetTraining.images(calibrationBatch(), scope);
      network.logits(architecture, images, precision, recording);
    }
    return recording;
  }

  /** How many of the first {@code images} images of a part a subnet classifies right. */
  public int correct(
      ElasticNetwork network,
      Architecture architecture,
      Precision precision,
      Normalizer normalizer,
      ImageSet part,
      int images) {
    int correct = 0;
    for (int from = 0; from < images; from += EVALUATION_BATCH) {
      int to = Math.min(from + EVALUATION_BATCH, images);
      Batch batch = dataset.batch(part, from, to);
      try (NDManager scope = network.parameters().scope()) {
        NDArray input = SupernetTraining.images(batch, scope);
        NDArray logits = network.logits(architecture, input, precision, normalizer);
        correct += SupernetTraining.correct(logits, batch.labels());
      }
    }
    return correct;
  }
}
