package dev.apq.worker.supernet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.apq.worker.tensor.Numbers;
import java.util.Arrays;

/** Classification losses, averaged over the batch. */
public final class Losses {
  private static final int CLASS_AXIS = 1;

  private Losses() {}

  /**
   * Target distributions: the label, with {@code smoothing} of the mass spread over all classes.
   *
   * @return {@code [labels, classes]}
   */
  public static NDArray targets(NDManager manager, int[] labels, int classes, float smoothing) {
    float[] data = new float[labels.length * classes];
    Arrays.fill(data, smoothing / classes);
    for (int i = 0; i < labels.length; i++) {
      data[i * classes + labels[i]] += 1 - smoothing;
    }
    return manager.create(data, new Shape(labels.length, classes));
  }

  /** Cross entropy between target distributions and logits, both {@code [batch, classes]}. */
  public static NDArray crossEntropy(NDArray logits, NDArray targets) {
    NDArray sum = logits.logSoftmax(CLASS_AXIS).mul(targets).sum();
    return Numbers.divide(sum, -logits.getShape().get(0));
  }

  /** The distribution a network predicts, as a constant target for others. */
  public static NDArray teacher(NDArray logits) {
    return logits.softmax(CLASS_AXIS).stopGradient();
  }
}
