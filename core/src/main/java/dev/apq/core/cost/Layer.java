package dev.apq.core.cost;

/**
 * A layer of a network.
 *
 * @param name where it is in the network, for messages
 * @param role what part of the network it belongs to
 * @param shape its arithmetic
 * @param batchNormalized true for batch normalization (two parameters per output channel), false
 *     for a bias (one)
 */
public record Layer(String name, Role role, LayerShape shape, boolean batchNormalized) {

  /** Parts of a network. */
  public enum Role {
    /** First convolution. */
    STEM,
    /** Fixed block with expand ratio 1 behind the stem. */
    FIRST_BLOCK,
    /** Everything between first block and head. */
    BODY,
    /** 1x1 convolution before pooling. */
    HEAD,
    /** Final linear layer. */
    CLASSIFIER
  }

  /** Costs without latency and energy. */
  LayerCost networkCost() {
    long channels = shape.outChannels();
    return new LayerCost(
        shape.macs(),
        shape.weights() + (batchNormalized ? 2 : 1) * channels,
        shape.macs() * shape.weightBits() * shape.activationBits(),
        shape.weights() * shape.weightBits() + Float.SIZE * channels,
        0,
        0);
  }
}
