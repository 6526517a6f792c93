package dev.apq.core.space;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A stage: up to {@code maxDepth} inverted-residual blocks of equal output width, of which the
 * first {@code minDepth..maxDepth} are active.
 *
 * @param channels output channels of every block of the stage
 * @param stride stride of the stage's first block, 1 or 2
 * @param minDepth fewest active blocks, at least 1
 * @param maxDepth most active blocks
 * @param kernelSizes depthwise kernel options in pixels, odd, ascending
 * @param minExpandRatio smallest expanded width over a block's input channels, a decimal string
 * @param maxExpandRatio largest expanded width over a block's input channels, a decimal string
 * @param widthStep expanded widths are the multiples of this between the two ratios
 */
public record StageSpace(
    int channels,
    int stride,
    int minDepth,
    int maxDepth,
    List<Integer> kernelSizes,
    String minExpandRatio,
    String maxExpandRatio,
    int widthStep) {

  /**
   * @throws IllegalArgumentException if a list or ratio is missing
   */
  public StageSpace {
    if (kernelSizes == null || minExpandRatio == null || maxExpandRatio == null) {
      throw new IllegalArgumentException(
          "a stage needs kernelSizes, minExpandRatio and maxExpandRatio");
    }
    kernelSizes = List.copyOf(kernelSizes);
  }

  /**
   * Expanded widths a block with {@code inChannels} input channels may take, ascending; empty when
   * no multiple of {@code widthStep} lies between the ratios.
   */
  List<Integer> widths(int inChannels) {
    BigDecimal in = BigDecimal.valueOf(inChannels);
    BigDecimal step = BigDecimal.valueOf(widthStep);
    int first =
        new BigDecimal(minExpandRatio)
            .multiply(in)
            .divide(step, 0, RoundingMode.CEILING)
            .intValueExact();
    int last =
        new BigDecimal(maxExpandRatio)
            .multiply(in)
            .divide(step, 0, RoundingMode.FLOOR)
            .intValueExact();
    return IntStream.rangeClosed(first, last).mapToObj(i -> i * widthStep).toList();
  }
}
