package dev.apq.core.policy;

import dev.apq.core.space.BlockSpace;
import dev.apq.core.space.SearchSpace;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
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

  /**
   * Expand ratio of each active block: its width over its input channels, a decimal of at most two
   * places.
   *
   * @param space the space that this is a member of
   */
  public List<String> expandRatios(SearchSpace space) {
    List<String> ratios = new ArrayList<>(channels.size());
    for (BlockSpace block : space.blocks()) {
      if (block.positionInStage() < depths.get(block.stage())) {
        BigDecimal width = BigDecimal.valueOf(channels.get(ratios.size()));
        BigDecimal ratio =
            width.divide(BigDecimal.valueOf(block.inChannels()), 2, RoundingMode.HALF_EVEN);
        ratios.add(ratio.stripTrailingZeros().toPlainString());
      }
    }
    return List.copyOf(ratios);
  }
}
