package dev.apq.core.cost;

import dev.apq.core.space.SearchSpace;

/**
 * The arithmetic of a square convolution; a linear layer is a 1x1 convolution on one pixel.
 *
 * @param inChannels input channels
 * @param outChannels output channels
 * @param inSize input height and width in pixels
 * @param kernelSize kernel height and width in pixels
 * @param stride stride in both directions; the output has {@code ceil(inSize / stride)} pixels
 * @param groups 1 for a dense layer, {@code inChannels} for a depthwise one
 * @param weightBits bit width of the weights, 2..8
 * @param activationBits bit width of the input, 2..8
 */
public record LayerShape(
    int inChannels,
    int outChannels,
    int inSize,
    int kernelSize,
    int stride,
    int groups,
    int weightBits,
    int activationBits) {

  /**
   * @throws IllegalArgumentException if a value is out of range
   */
  public LayerShape {
    boolean sizes =
        inChannels >= 1 && outChannels >= 1 && inSize >= 1 && kernelSize >= 1 && stride >= 1;
    boolean grouping = groups >= 1 && inChannels % groups == 0 && outChannels % groups == 0;
    boolean bits = weightBits >= 2 && weightBits <= 8 && activationBits >= 2 && activationBits <= 8;
    if (!sizes || !grouping || !bits) {
      throw new IllegalArgumentException(
          "layer shape out of range: "
              + inChannels
              + "→"
              + outChannels
              + ", size "
              + inSize
              + ", kernel "
              + kernelSize
              + ", stride "
              + stride
              + ", groups "
              + groups
              + ", W"
              + weightBits
              + "A"
              + activationBits);
    }
  }

  /** Output height and width in pixels. */
  public int outSize() {
    return SearchSpace.outSize(inSize, stride);
  }

  /** Whether each channel is convolved by itself. */
  public boolean depthwise() {
    return groups > 1 && groups == inChannels && groups == outChannels;
  }

  /** Number of weights. */
  public long weights() {
    return (long) kernelSize * kernelSize * (inChannels / groups) * outChannels;
  }

  /** Multiply-accumulates of one inference. */
  public long macs() {
    return weights() * outSize() * outSize();
  }

  @Override
  public String toString() {
    String kind = depthwise() ? "depthwise " : groups > 1 ? groups + "-group " : "";
    return kind
        + inChannels
        + "→"
        + outChannels
        + " "
        + kernelSize
        + "x"
        + kernelSize
        + " stride "
        + stride
        + " at "
        + inSize
        + "x"
        + inSize
        + ", W"
        + weightBits
        + "A"
        + activationBits;
  }
}
