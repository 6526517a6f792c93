package dev.apq.worker.export;

/**
 * How far the logits of two implementations of one network differ.
 *
 * @param images compared
 * @param meanDifference mean magnitude of the difference of two logits
 * @param maxDifference greatest magnitude of the difference
 * @param greatestLogit greatest magnitude of a logit of the reference
 * @param sameTop images for which both put the same class first
 */
public record Agreement(
    int images, double meanDifference, double maxDifference, double greatestLogit, int sameTop) {

  /**
   * Compares.
   *
   * @param reference {@code [images, classes]}
   * @param other the same for the other implementation
   */
  static Agreement of(float[] reference, float[] other, int classes) {
    if (reference.length != other.length || reference.length % classes > 0) {
      throw new IllegalArgumentException(
          reference.length + " and " + other.length + " logits of " + classes + " classes");
    }
    int images = reference.length / classes;
    double sum = 0;
    double max = 0;
    double greatest = 0;
    int sameTop = 0;
    for (int i = 0; i < reference.length; i++) {
      double difference = Math.abs((double) reference[i] - other[i]);
      // A NaN on either side is the greatest difference of all.
      difference = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
      sum += difference;
      max = Math.max(max, difference);
      greatest = Math.max(greatest, Math.abs(reference[i]));
    }
    for (int i = 0; i < images; i++) {
      sameTop += top(reference, i * classes, classes) == top(other, i * classes, classes) ? 1 : 0;
    }
    return new Agreement(images, sum / Math.max(1, reference.length), max, greatest, sameTop);
  }

  /**
   * Position of the greatest of {@code classes} logits from {@code from} on, the first if equal.
   */
  static int top(float[] logits, int from, int classes) {
    int top = 0;
    for (int c = 1; c < classes; c++) {
      top = logits[from + c] > logits[from + top] ? c : top;
    }
    return top;
  }
}
