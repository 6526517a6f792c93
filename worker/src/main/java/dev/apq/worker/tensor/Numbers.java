package dev.apq.worker.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Arithmetic with numbers in a computation that gradients pass through.
 *
 * <p>DJL's own operations on a {@link Number} put it into memory of the JVM, which they let go of
 * at once. What the engine keeps for the gradient then points to memory that is no one's as soon as
 * garbage is collected, and the gradient is multiplied by whatever comes to lie there. Here the
 * number lies in the engine's own memory, which it keeps for as long as it needs it.
 */
public final class Numbers {
  private Numbers() {}

  /** {@code x} times a number. */
  public static NDArray multiply(NDArray x, float number) {
    return x.mul(constant(x, number));
  }

  /** {@code x} divided by a number. */
  public static NDArray divide(NDArray x, float number) {
    return x.div(constant(x, number));
  }

  private static NDArray constant(NDArray x, float number) {
    return x.getManager().full(new Shape(), number, DataType.FLOAT32);
  }
}
