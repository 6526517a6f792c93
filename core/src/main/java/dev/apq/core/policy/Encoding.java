package dev.apq.core.policy;

import dev.apq.core.space.BlockSpace;
import dev.apq.core.space.SearchSpace;
import java.util.List;

/**
 * The one-hot encoding of policies that the accuracy predictor reads.
 *
 * <p>Feature order: kernel size of each block, width of each block, then pointwise weight,
 * pointwise activation, depthwise weight and depthwise activation bits of each block. Inactive
 * blocks are all zero, so depth is implied. The paper's space has 520 architecture and 252 bit
 * features. Thread-safe.
 */
public final class Encoding {
  /** Bit-width choices per block. */
  public static final int BIT_FIELDS = 4;

  private final SearchSpace space;
  private final List<BlockSpace> blocks;
  private final int[] kernelOffsets;
  private final int[] widthOffsets;
  private final int architectureFeatures;

  /**
   * @throws IllegalArgumentException if the space is invalid
   */
  public Encoding(SearchSpace space) {
    this.space = space.requireValid();
    this.blocks = space.blocks();
    this.kernelOffsets = new int[blocks.size()];
    this.widthOffsets = new int[blocks.size()];
    int offset = 0;
    for (BlockSpace block : blocks) {
      kernelOffsets[block.index()] = offset;
      offset += block.kernelSizes().size();
    }
    for (BlockSpace block : blocks) {
      widthOffsets[block.index()] = offset;
      offset += block.widths().size();
    }
    this.architectureFeatures = offset;
  }

  /** The encoded space. */
  public SearchSpace space() {
    return space;
  }

  /** Features of depths, kernel sizes and widths; they come first. */
  public int architectureFeatures() {
    return architectureFeatures;
  }

  /** Features of the bit widths; they follow the architecture's. */
  public int bitFeatures() {
    return BIT_FIELDS * blocks.size() * space.bitWidths().size();
  }

  /** All features. */
  public int features() {
    return architectureFeatures() + bitFeatures();
  }

  /** Feature of the {@code option}-th kernel size of a block. */
  public int kernelFeature(int block, int option) {
    return kernelOffsets[block] + option;
  }

  /** Feature of the {@code option}-th width of a block. */
  public int widthFeature(int block, int option) {
    return widthOffsets[block] + option;
  }

  /**
   * Feature of the {@code option}-th bit width of a block.
   *
   * @param field 0 pointwise weight, 1 pointwise activation, 2 depthwise weight, 3 depthwise
   *     activation
   */
  public int bitFeature(int field, int block, int option) {
    return architectureFeatures
        + (field * blocks.size() + block) * space.bitWidths().size()
        + option;
  }

  /**
   * Indices of the features that are 1, ascending; architecture features only for a full-precision
   * policy.
   *
   * @throws IllegalArgumentException if the policy is no member of the space
   */
  public int[] hot(Policy policy) {
    policy.requireMember(space);
    List<BlockSpace> active = PolicyRules.activeBlocks(space, policy.architecture().depths());
    Quantization quantization = policy.quantization();
    int[] hot = new int[active.size() * (2 + (quantization == null ? 0 : BIT_FIELDS))];
    int next = 0;
    for (int i = 0; i < active.size(); i++) {
      BlockSpace block = active.get(i);
      int kernel = block.kernelSizes().indexOf(policy.architecture().kernelSizes().get(i));
      hot[next++] = kernelFeature(block.index(), kernel);
    }
    for (int i = 0; i < active.size(); i++) {
      BlockSpace block = active.get(i);
      int width = block.widths().indexOf(policy.architecture().channels().get(i));
      hot[next++] = widthFeature(block.index(), width);
    }
    if (quantization != null) {
      for (int field = 0; field < BIT_FIELDS; field++) {
        List<Integer> bits = quantization.inOrder().get(field);
        for (int i = 0; i < active.size(); i++) {
          int option = space.bitWidths().indexOf(bits.get(i));
          hot[next++] = bitFeature(field, active.get(i).index(), option);
        }
      }
    }
    return hot;
  }
}
