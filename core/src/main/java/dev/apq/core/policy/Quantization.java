package dev.apq.core.policy;

import java.util.Collections;
import java.util.List;

/**
 * Bit widths of the active blocks, in network order. The expand and project convolutions of a block
 * share the pointwise entries.
 *
 * @param pointwiseWeightBits weights of the two 1x1 convolutions
 * @param pointwiseActivationBits inputs of the two 1x1 convolutions
 * @param depthwiseWeightBits weights of the depthwise convolution
 * @param depthwiseActivationBits inputs of the depthwise convolution
 */
public record Quantization(
    List<Integer> pointwiseWeightBits,
    List<Integer> pointwiseActivationBits,
    List<Integer> depthwiseWeightBits,
    List<Integer> depthwiseActivationBits) {

  /**
   * @throws IllegalArgumentException if a list is missing
   */
  public Quantization {
    if (pointwiseWeightBits == null
        || pointwiseActivationBits == null
        || depthwiseWeightBits == null
        || depthwiseActivationBits == null) {
      throw new IllegalArgumentException(
          "a quantization needs pointwiseWeightBits, pointwiseActivationBits,"
              + " depthwiseWeightBits and depthwiseActivationBits");
    }
    pointwiseWeightBits = List.copyOf(pointwiseWeightBits);
    pointwiseActivationBits = List.copyOf(pointwiseActivationBits);
    depthwiseWeightBits = List.copyOf(depthwiseWeightBits);
    depthwiseActivationBits = List.copyOf(depthwiseActivationBits);
  }

  /** The same bit width everywhere. */
  public static Quantization uniform(int activeBlocks, int bits) {
    List<Integer> all = Collections.nCopies(activeBlocks, bits);
    return new Quantization(all, all, all, all);
  }

  /** Mean of all bit widths; there must be some. */
  public double meanBits() {
    return inOrder().stream()
        .flatMap(List::stream)
        .mapToInt(Integer::intValue)
        .average()
        .orElseThrow();
  }

  /** The four lists in encoding order: pointwise weight and activation, depthwise ditto. */
  List<List<Integer>> inOrder() {
    return List.of(
        pointwiseWeightBits, pointwiseActivationBits, depthwiseWeightBits, depthwiseActivationBits);
  }
}
