package dev.apq.worker.data;

import dev.apq.core.random.RandomStream;
import java.util.stream.IntStream;

/**
 * A data set in three disjoint parts.
 *
 * @param train images that weights are fitted to, and that calibrate
 * @param validation images that subnets are measured on: the labels of the accuracy predictors
 * @param test images that no stage of training or collection reads; for final verification only
 * @param classes number of classes
 * @param normalization from bytes to network input, estimated on the training part
 */
public record Dataset(
    ImageSet train, ImageSet validation, ImageSet test, int classes, Normalization normalization) {
  private static final RandomStream UNUSED = RandomStream.of(0);

  /** A data set whose normalization is estimated from (at most 2,000 of) the training images. */
  static Dataset of(ImageSet train, ImageSet validation, ImageSet test, int classes) {
    return new Dataset(train, validation, test, classes, Normalization.estimate(train));
  }

  /** A batch of images from one part. */
  public Batch batch(ImageSet part, int[] indices) {
    return batch(part, indices, Augmentation.NONE, UNUSED);
  }

  /**
   * A batch of augmented images from one part.
   *
   * @param random each image is augmented by the stream at its index below this one
   */
  public Batch batch(ImageSet part, int[] indices, Augmentation augmentation, RandomStream random) {
    return Batch.of(part, indices, normalization, augmentation, random);
  }

  /** The images {@code from} to {@code to - 1} of one part, in order. */
  public Batch batch(ImageSet part, int from, int to) {
    return batch(part, IntStream.range(from, to).toArray());
  }
}
