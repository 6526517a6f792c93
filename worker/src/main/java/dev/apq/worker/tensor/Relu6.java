package dev.apq.worker.tensor;

import ai.djl.ndarray.NDArray;

/**
 * The activation {@code min(max(x, 0), 6)}.
 *
 * <p>DJL's {@code clip} takes five native passes for value and gradient, of which four for the
 * gradient. PyTorch has a kernel that takes two, {@code hardtanh}.
 */
public final class Relu6 {
  private static final Script HARDTANH = new Script("torch.hardtanh(x, 0., 6.)");

  private Relu6() {}

  /** The activation of each value, in {@code x}'s manager. */
  public static NDArray of(NDArray x) {
    return HARDTANH.of(x);
  }
}
