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
 * @param split where the parts come from, for people
 * @param reads how images are read
 */
public record Dataset(
    ImageSet train,
    ImageSet validation,
    ImageSet test,
    int classes,
    Normalization normalization,
    String split,
    ParallelReads reads) {
  private static final RandomStream UNUSED = RandomStream.of(0);

  /** A data set of parts that somebody put together, read one image after the other. */
  public Dataset(
      ImageSet train,
      ImageSet validation,
      ImageSet test,
      int classes,
      Normalization normalization) {
    this(train, validation, test, classes, normalization, "as given", ParallelReads.SEQUENTIAL);
  }

  /** A data set whose normalization is estimated from (at most 2,000 of) the training images. */
  static Dataset of(ImageSet train, ImageSet validation, ImageSet test, int classes) {
    Split split = new Split(train, validation, test, "built in");
    return of(split, classes, ParallelReads.SEQUENTIAL);
  }

  static Dataset of(Split split, int classes, ParallelReads reads) {
    return new Dataset(
        split.train(),
        split.validation(),
        split.test(),
        classes,
        Normalization.estimate(split.train(), reads),
        split.rule(),
        reads);
  }

  /**
   * The same images, of which those that measure every subnet of a collection are decoded only once
   * if they fit into memory.
   *
   * @param calibration first images of the training part
   * @param evaluation first images of the validation part
   */
  public Dataset holding(int calibration, int evaluation) {
    return holding(calibration, evaluation, MemoryLimit.ofHeap(Runtime.getRuntime().maxMemory()));
  }

  Dataset holding(int calibration, int evaluation, MemoryLimit memory) {
    int first = train.decoded() ? 0 : Math.min(calibration, train.count());
    int second = validation.decoded() ? 0 : Math.min(evaluation, validation.count());
    long already = bytes(train) + bytes(validation);
    if (already + (long) (first + second) * train.imageBytes() > memory.bytes()) {
      return this;
    }
    return new Dataset(
        first == 0 ? train : HeldImages.first(first, train, reads),
        second == 0 ? validation : HeldImages.first(second, validation, reads),
        test,
        classes,
        normalization,
        split,
        reads);
  }

  /** What a decoded set takes. */
  private static long bytes(ImageSet images) {
    return images.decoded() ? (long) images.count() * images.imageBytes() : 0;
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
    return Batch.of(part, indices, normalization, augmentation, random, reads);
  }

  /** The images {@code from} to {@code to - 1} of one part, in order. */
  public Batch batch(ImageSet part, int from, int to) {
    return batch(part, IntStream.range(from, to).toArray());
  }
}
