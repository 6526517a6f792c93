package dev.apq.worker.supernet;

/**
 * A convolution or linear layer, as quantizers see it.
 *
 * @param name prefix of its weights
 * @param role what decides its bit widths
 * @param activeBlock position of its block among the active ones, -1 outside the searched blocks
 * @param signedInput whether its input may be negative: it comes from a linear bottleneck and not
 *     from a ReLU6
 */
public record Layer(String name, Role role, int activeBlock, boolean signedInput) {

  /** What decides the bit widths of a layer. */
  public enum Role {
    /** The first convolution: 8-bit weights, the image itself is not quantized. */
    STEM,
    /** First block, head convolution and classifier: 8 bits. */
    FIXED,
    /** Expand and project convolution of a searched block. */
    POINTWISE,
    /** Depthwise convolution of a searched block. */
    DEPTHWISE
  }
}
