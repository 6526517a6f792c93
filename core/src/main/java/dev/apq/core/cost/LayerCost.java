package dev.apq.core.cost;

/**
 * Cost of a layer or, by {@link #plus}, of a network.
 *
 * @param macs multiply-accumulates of one inference
 * @param params trainable values: weights, plus two per output channel for batch normalization or
 *     one for a bias
 * @param bitOps multiply-accumulates times weight bits times activation bits (HAQ, section 4)
 * @param modelBits bits of the deployed layer: each weight at its bit width, plus one 32-bit folded
 *     bias per output channel
 * @param latencyMs time in milliseconds; 0 for layers the hardware model leaves out
 * @param energyMj energy in millijoules; 0 for layers the hardware model leaves out
 */
public record LayerCost(
    long macs, long params, long bitOps, long modelBits, double latencyMs, double energyMj) {

  /** Nothing. */
  public static final LayerCost ZERO = new LayerCost(0, 0, 0, 0, 0, 0);

  /** The sum. */
  public LayerCost plus(LayerCost other) {
    return new LayerCost(
        macs + other.macs,
        params + other.params,
        bitOps + other.bitOps,
        modelBits + other.modelBits,
        latencyMs + other.latencyMs,
        energyMj + other.energyMj);
  }
}
