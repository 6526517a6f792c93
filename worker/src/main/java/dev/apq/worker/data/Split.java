package dev.apq.worker.data;

import dev.apq.core.random.RandomStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The three disjoint parts of a data set. What the publisher does not name is drawn from the
 * training images, the same for every seed of the user.
 *
 * @param train images that weights are fitted to
 * @param validation images that subnets are measured on
 * @param test images for the final verification
 * @param rule where the parts come from, for people
 */
record Split(ImageSet train, ImageSet validation, ImageSet test, String rule) {
  private static final long SEED = 20;
  private static final int TENTH = 10;
  private static final int MAX_VALIDATION = 10_000;

  /**
   * Completes the named parts: a tenth of the training images becomes the test part, then a tenth
   * of the rest, at most 10,000, the validation part.
   *
   * @throws DataException if a part would be empty
   */
  static Split of(ImageSet train, @Nullable ImageSet validation, @Nullable ImageSet test) {
    ImageSet rest = train;
    ImageSet testPart = test;
    if (testPart == null) {
      int[] order = shuffled(rest.count());
      int count = rest.count() / TENTH;
      testPart = Subset.of(rest, order, 0, count);
      rest = Subset.of(rest, order, count, order.length);
    }
    ImageSet validationPart = validation;
    if (validationPart == null) {
      int[] order = shuffled(rest.count());
      int count = validationOf(rest.count());
      validationPart = Subset.of(rest, order, 0, count);
      rest = Subset.of(rest, order, count, order.length);
    }
    if (rest.count() < 1 || validationPart.count() < 1 || testPart.count() < 1) {
      throw new DataException(
          "the data set has "
              + train.count()
              + " training"
              + (test == null ? "" : " and " + test.count() + " test")
              + " images",
          "at least 10 images are needed for every part");
    }
    String rule =
        "validation: "
            + (validation == null ? "drawn from the training images" : "as published")
            + "; test: "
            + (test == null ? "drawn from the training images" : "as published");
    return new Split(rest, validationPart, testPart, rule);
  }

  /** How many of so many training images measure, where the publisher names none for it. */
  static int validationOf(int train) {
    return Math.min(train / TENTH, MAX_VALIDATION);
  }

  private static int[] shuffled(int count) {
    int[] order = IntStream.range(0, count).toArray();
    RandomStream.of(SEED).shuffle(order);
    return order;
  }
}
