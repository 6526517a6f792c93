package dev.apq.core.policy;

import java.util.List;

/**
 * Depths, kernel sizes and pruned widths of one network of a search space.
 *
 * <p>The per-block lists cover the active blocks only, in network order.
 *
 * @param depths active blocks per stage
 * @param kernelSizes depthwise kernel size of each active block, in pixels
 * @param channels expanded width of each active block: the channels of its depthwise convolution
 */
public record Architecture(
    List<Integer> depths, List<Integer> kernelSizes, List<Integer> channels) {

  /**
   * @throws IllegalArgumentException if a list is missing
   */
  public Architecture {
    if (depths == null || kernelSizes == null || channels == null) {
      throw new IllegalArgumentException("an architecture needs depths, kernelSizes and channels");
    }
    depths = List.copyOf(depths);
    kernelSizes = List.copyOf(kernelSizes);
    channels = List.copyOf(channels);
  }

  /** Number of active blocks. */
  public int activeBlocks() {
    return depths.stream().mapToInt(Integer::intValue).sum();
  }
}
