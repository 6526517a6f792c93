package dev.apq.core.search;

import dev.apq.core.policy.Architecture;
import dev.apq.core.policy.Encoding;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Quantization;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.BlockSpace;
import dev.apq.core.space.SearchSpace;
import dev.apq.core.space.StageSpace;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * The genetic form of a space's policies: an {@code int[]} of option indices, first one depth per
 * stage, then kernel size, width and four bit widths for every block. Inactive blocks keep genes
 * too, so that a growing depth finds values that once did well; they never show in a policy.
 */
final class Genomes {
  /** Genes of a block: kernel size, width, then the four bit widths in encoding order. */
  static final int BLOCK_GENES = 2 + Encoding.BIT_FIELDS;

  static final int KERNEL = 0;
  static final int WIDTH = 1;
  static final int BITS = 2;

  private final SearchSpace space;
  private final List<BlockSpace> blocks;
  private final Encoding encoding;
  private final int stages;
  private final int[] options;
  private final int[] stageOf;
  private final int[] positionOf;
  private final int[] minDepth;
  private final int[] firstBlock;

  Genomes(Encoding encoding) {
    this.encoding = encoding;
    this.space = encoding.space();
    this.blocks = space.blocks();
    this.stages = space.stages().size();
    this.options = new int[stages + BLOCK_GENES * blocks.size()];
    this.stageOf = blocks.stream().mapToInt(BlockSpace::stage).toArray();
    this.positionOf = blocks.stream().mapToInt(BlockSpace::positionInStage).toArray();
    this.minDepth = space.stages().stream().mapToInt(StageSpace::minDepth).toArray();
    this.firstBlock = new int[stages + 1];
    for (int s = 0; s < stages; s++) {
      StageSpace stage = space.stages().get(s);
      options[s] = stage.maxDepth() - stage.minDepth() + 1;
      firstBlock[s + 1] = firstBlock[s] + stage.maxDepth();
    }
    for (BlockSpace block : blocks) {
      int base = block(block.index());
      options[base + KERNEL] = block.kernelSizes().size();
      options[base + WIDTH] = block.widths().size();
      for (int field = 0; field < Encoding.BIT_FIELDS; field++) {
        options[base + BITS + field] = space.bitWidths().size();
      }
    }
  }

  /** Number of genes. */
  int length() {
    return options.length;
  }

  /** Number of stages; their depth genes come first. */
  int stages() {
    return stages;
  }

  /** Number of blocks, active or not. */
  int blocks() {
    return stageOf.length;
  }

  /** Number of options of a gene. */
  int options(int gene) {
    return options[gene];
  }

  /** A block's first gene. */
  int block(int block) {
    return stages + BLOCK_GENES * block;
  }

  /** The block of a gene that is no depth. */
  int blockOf(int gene) {
    return (gene - stages) / BLOCK_GENES;
  }

  /** The stage of a block. */
  int stageOf(int block) {
    return stageOf[block];
  }

  /** The first block of a stage; for the number of stages, the number of blocks. */
  int firstBlock(int stage) {
    return firstBlock[stage];
  }

  /** Active blocks of a stage. */
  int depth(int[] genes, int stage) {
    return minDepth[stage] + genes[stage];
  }

  boolean active(int[] genes, int block) {
    int stage = stageOf[block];
    return positionOf[block] < minDepth[stage] + genes[stage];
  }

  /** Whether a gene shows in the policy. */
  boolean expressed(int[] genes, int gene) {
    return gene < stages || active(genes, blockOf(gene));
  }

  /**
   * First-order estimate of what choosing another option adds to the accuracy.
   *
   * @param gradient effect of each feature, see {@link dev.apq.core.predictor.Gradients}
   */
  double effect(float[] gradient, int[] genes, int gene, int option) {
    if (gene >= stages) {
      return expressed(genes, gene)
          ? gradient[feature(gene, option)] - gradient[feature(gene, genes[gene])]
          : 0;
    }
    double sum = 0;
    int from = firstBlock[gene] + minDepth[gene] + Math.min(option, genes[gene]);
    int to = firstBlock[gene] + minDepth[gene] + Math.max(option, genes[gene]);
    for (int b = from; b < to; b++) {
      for (int g = block(b); g < block(b) + BLOCK_GENES; g++) {
        sum += gradient[feature(g, genes[g])];
      }
    }
    return option > genes[gene] ? sum : -sum;
  }

  private int feature(int gene, int option) {
    int block = (gene - stages) / BLOCK_GENES;
    int field = (gene - stages) % BLOCK_GENES;
    return switch (field) {
      case KERNEL -> encoding.kernelFeature(block, option);
      case WIDTH -> encoding.widthFeature(block, option);
      default -> encoding.bitFeature(field - BITS, block, option);
    };
  }

  int[] random(RandomStream random) {
    int[] genes = new int[options.length];
    for (int g = 0; g < genes.length; g++) {
      genes[g] = random.nextInt(options[g]);
    }
    return genes;
  }

  /** Writes the ascending hot features into {@code hot} and returns how many there are. */
  int hot(int[] genes, int[] hot) {
    int count = 0;
    int total = stageOf.length;
    for (int b = 0; b < total; b++) {
      if (active(genes, b)) {
        hot[count++] = encoding.kernelFeature(b, genes[block(b) + KERNEL]);
      }
    }
    for (int b = 0; b < total; b++) {
      if (active(genes, b)) {
        hot[count++] = encoding.widthFeature(b, genes[block(b) + WIDTH]);
      }
    }
    for (int field = 0; field < Encoding.BIT_FIELDS; field++) {
      for (int b = 0; b < total; b++) {
        if (active(genes, b)) {
          hot[count++] = encoding.bitFeature(field, b, genes[block(b) + BITS + field]);
        }
      }
    }
    return count;
  }

  /** A 64-bit hash of what shows in the policy: equal policies have equal hashes. */
  long fingerprint(int[] genes) {
    long hash = 0;
    for (int s = 0; s < stages; s++) {
      hash = mix(hash, genes, s);
    }
    for (int b = 0; b < stageOf.length; b++) {
      if (active(genes, b)) {
        int base = block(b);
        for (int g = base; g < base + BLOCK_GENES; g++) {
          hash = mix(hash, genes, g);
        }
      }
    }
    return hash;
  }

  private static long mix(long hash, int[] genes, int gene) {
    long mixed = (hash ^ (genes[gene] + 1L + 257L * gene)) * 0x9E3779B97F4A7C15L;
    return mixed ^ (mixed >>> 32);
  }

  Policy policy(int[] genes) {
    List<Integer> depths = new ArrayList<>();
    for (int s = 0; s < stages; s++) {
      depths.add(depth(genes, s));
    }
    List<List<Integer>> fields = new ArrayList<>();
    for (int field = 0; field < BLOCK_GENES; field++) {
      fields.add(new ArrayList<>());
    }
    for (BlockSpace block : blocks) {
      if (active(genes, block.index())) {
        int base = block(block.index());
        fields.get(KERNEL).add(block.kernelSizes().get(genes[base + KERNEL]));
        fields.get(WIDTH).add(block.widths().get(genes[base + WIDTH]));
        for (int field = BITS; field < BLOCK_GENES; field++) {
          fields.get(field).add(space.bitWidths().get(genes[base + field]));
        }
      }
    }
    return new Policy(
        new Architecture(depths, fields.get(KERNEL), fields.get(WIDTH)),
        new Quantization(
            fields.get(BITS), fields.get(BITS + 1), fields.get(BITS + 2), fields.get(BITS + 3)));
  }

  /**
   * A genome whose policy is the given one.
   *
   * @param policy a quantized member of the space
   * @param random gives the genes that do not show in it
   */
  int[] of(Policy policy, RandomStream random) {
    Quantization bits = Objects.requireNonNull(policy.quantization());
    List<List<Integer>> fields =
        List.of(
            policy.architecture().kernelSizes(),
            policy.architecture().channels(),
            bits.pointwiseWeightBits(),
            bits.pointwiseActivationBits(),
            bits.depthwiseWeightBits(),
            bits.depthwiseActivationBits());
    int[] genes = random(random);
    for (int s = 0; s < stages; s++) {
      genes[s] = policy.architecture().depths().get(s) - minDepth[s];
    }
    int next = 0;
    for (BlockSpace block : blocks) {
      if (active(genes, block.index())) {
        for (int field = 0; field < BLOCK_GENES; field++) {
          genes[block(block.index()) + field] =
              options(block, field).indexOf(fields.get(field).get(next));
        }
        next++;
      }
    }
    return genes;
  }

  private List<Integer> options(BlockSpace block, int field) {
    return switch (field) {
      case KERNEL -> block.kernelSizes();
      case WIDTH -> block.widths();
      default -> space.bitWidths();
    };
  }

  /** Two hexadecimal digits per gene: spaces have at most 256 options per choice. */
  String text(int[] genes) {
    byte[] bytes = new byte[genes.length];
    for (int g = 0; g < genes.length; g++) {
      bytes[g] = (byte) genes[g];
    }
    return HexFormat.of().formatHex(bytes);
  }

  /**
   * @throws IllegalArgumentException if the text is no genome of this space
   */
  int[] parse(String text) {
    byte[] bytes = HexFormat.of().parseHex(text);
    if (bytes.length != options.length) {
      throw new IllegalArgumentException(
          "genome has " + bytes.length + " genes, the space needs " + options.length);
    }
    int[] genes = new int[bytes.length];
    for (int g = 0; g < genes.length; g++) {
      genes[g] = bytes[g] & 0xFF;
      if (genes[g] >= options[g]) {
        throw new IllegalArgumentException(
            "gene " + g + " is " + genes[g] + ", the space has " + options[g] + " options");
      }
    }
    return genes;
  }
}
