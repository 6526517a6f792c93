package dev.apq.core.space;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A space of networks: a fixed stem, an optional fixed first block, stages of searchable
 * inverted-residual blocks, a fixed 1x1 head convolution, mean pooling and a classifier.
 *
 * <p>Convolutions pad to keep {@code outSize = ceil(inSize / stride)}, have no bias and are
 * followed by batch normalization; activations are ReLU6. The structure is that of APQ (Wang et
 * al., CVPR 2020, section 3), generalised to any number of stages.
 *
 * @param name short name for messages
 * @param resolution input height and width in pixels
 * @param inputChannels input channels, 3 for colour
 * @param classes number of classes
 * @param stem first convolution
 * @param firstBlock fixed block behind the stem, or null for none
 * @param stages searchable stages in network order
 * @param headChannels output channels of the 1x1 convolution before pooling
 * @param bitWidths options for every searched bit width, ascending
 */
public record SearchSpace(
    String name,
    int resolution,
    int inputChannels,
    int classes,
    Stem stem,
    @Nullable FirstBlock firstBlock,
    List<StageSpace> stages,
    int headChannels,
    List<Integer> bitWidths) {

  /** Bit width of stem, first block, head and classifier. */
  public static final int FIXED_BITS = 8;

  /**
   * @throws IllegalArgumentException if a required part is missing; ranges are judged by {@link
   *     #validate()}
   */
  public SearchSpace {
    if (name == null || stem == null || stages == null || bitWidths == null) {
      throw new IllegalArgumentException("a search space needs name, stem, stages and bitWidths");
    }
    stages = List.copyOf(stages);
    bitWidths = List.copyOf(bitWidths);
  }

  /**
   * Everything that is wrong with this space, each as {@code field: problem; remedy}; empty for a
   * usable space.
   */
  public List<String> validate() {
    return SpaceRules.problems(this);
  }

  /**
   * This space if it is usable.
   *
   * @throws IllegalArgumentException naming every problem otherwise
   */
  public SearchSpace requireValid() {
    List<String> problems = validate();
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "search space '" + name + "' is invalid: " + String.join("; ", problems));
    }
    return this;
  }

  /** All searchable blocks in network order, active or not. The space must be valid. */
  public List<BlockSpace> blocks() {
    List<BlockSpace> blocks = new ArrayList<>();
    int channels = trunkChannels();
    int size = trunkSize();
    for (int s = 0; s < stages.size(); s++) {
      StageSpace stage = stages.get(s);
      for (int position = 0; position < stage.maxDepth(); position++) {
        int stride = position == 0 ? stage.stride() : 1;
        int outSize = outSize(size, stride);
        blocks.add(
            new BlockSpace(
                blocks.size(),
                s,
                position,
                channels,
                stage.channels(),
                stride,
                size,
                outSize,
                stage.kernelSizes(),
                stage.widths(channels),
                stride == 1 && channels == stage.channels()));
        channels = stage.channels();
        size = outSize;
      }
    }
    return List.copyOf(blocks);
  }

  /** Channels that enter the first searchable block. */
  public int trunkChannels() {
    return firstBlock == null ? stem.channels() : firstBlock.channels();
  }

  /** Height and width that enter the first searchable block, in pixels. */
  public int trunkSize() {
    int size = outSize(resolution, stem.stride());
    return firstBlock == null ? size : outSize(size, firstBlock.stride());
  }

  /** Height and width that enter the head convolution, in pixels. */
  public int headSize() {
    int size = trunkSize();
    for (StageSpace stage : stages) {
      size = outSize(size, stage.stride());
    }
    return size;
  }

  /** Output size of a padded convolution: {@code ceil(size / stride)}. */
  public static int outSize(int size, int stride) {
    return (size + stride - 1) / stride;
  }

  /** Number of distinct architectures (depths, kernel sizes, widths). */
  public BigInteger architectureCount() {
    return count(1);
  }

  /** Number of distinct policies: architectures with four bit widths per active block. */
  public BigInteger policyCount() {
    return count(
        Math.multiplyExact(
            (long) bitWidths.size() * bitWidths.size(),
            (long) bitWidths.size() * bitWidths.size()));
  }

  private BigInteger count(long bitChoices) {
    List<BlockSpace> blocks = blocks();
    BigInteger total = BigInteger.ONE;
    int first = 0;
    for (StageSpace stage : stages) {
      BigInteger stageTotal = BigInteger.ZERO;
      BigInteger prefix = BigInteger.ONE;
      for (int depth = 1; depth <= stage.maxDepth(); depth++) {
        BlockSpace block = blocks.get(first + depth - 1);
        long options = (long) block.kernelSizes().size() * block.widths().size() * bitChoices;
        prefix = prefix.multiply(BigInteger.valueOf(options));
        if (depth >= stage.minDepth()) {
          stageTotal = stageTotal.add(prefix);
        }
      }
      total = total.multiply(stageTotal);
      first += stage.maxDepth();
    }
    return total;
  }
}
