package dev.apq.worker.collection;

import dev.apq.core.policy.Architecture;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Quantization;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.BlockSpace;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.supernet.Subnets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which policies a collection measures: sample {@code i} is a pure function of the stream, {@code
 * i} and the number of samples.
 *
 * <p>Uniform choices crowd around the middle of the cost range, where a search with a tight limit
 * never looks. So the range of MACs is cut into as many strata as there are samples, and each
 * sample is the candidate nearest to its stratum. Samples 0 and 1 are the smallest and the largest
 * subnet. The range of the mean bit width is cut likewise, in an order of its own, so that every
 * cost meets every width.
 */
public final class SamplePlan {
  private static final long ORDER = 0;
  private static final long ARCHITECTURE = 1;
  private static final long BITS = 2;
  private static final long BITS_ORDER = 3;
  private static final int CANDIDATES = 48;
  private static final double LEAN_DEVIATION = 0.2;

  private final SearchSpace space;
  private final List<BlockSpace> blocks;
  private final Subnets subnets;
  private final RandomStream random;
  private final int[] strata;
  private final int[] bitStrata;

  /**
   * @param samples size of the whole collection
   */
  public SamplePlan(SearchSpace space, int samples, RandomStream random) {
    this.space = space;
    this.blocks = space.blocks();
    this.subnets = new Subnets(space);
    this.random = random;
    this.strata = IntStream.range(0, samples).toArray();
    random.at(ORDER).shuffle(strata);
    this.bitStrata = IntStream.range(0, samples).toArray();
    random.at(BITS_ORDER).shuffle(bitStrata);
  }

  /** The architecture of a sample. */
  public Architecture architecture(int index) {
    if (index < 2) {
      return index == 0 ? subnets.smallest() : subnets.largest();
    }
    RandomStream stream = random.at(ARCHITECTURE, index);
    double least = macs(subnets.smallest());
    double range = macs(subnets.largest()) - least;
    double place = place(strata, index, stream);
    double target = least + range * place;
    Architecture best = candidate(place, stream);
    for (int i = 1; i < CANDIDATES; i++) {
      Architecture candidate = candidate(place, stream);
      if (Math.abs(macs(candidate) - target) < Math.abs(macs(best) - target)) {
        best = candidate;
      }
    }
    return best;
  }

  /** The policy of a sample of a quantized collection. */
  public Policy quantized(int index) {
    Architecture architecture = architecture(index);
    RandomStream stream = random.at(BITS, index);
    double place = place(bitStrata, index, stream);
    int active = architecture.activeBlocks();
    Quantization best = bits(active, place, stream);
    for (int i = 1; i < CANDIDATES; i++) {
      Quantization candidate = bits(active, place, stream);
      if (Math.abs(bitsPlace(candidate) - place) < Math.abs(bitsPlace(best) - place)) {
        best = candidate;
      }
    }
    return new Policy(architecture, best);
  }

  /** A random place (0..1) in a sample's stratum. */
  private static double place(int[] strata, int index, RandomStream stream) {
    return (strata[index] + stream.nextDouble()) / strata.length;
  }

  /** An architecture whose choices lean towards a place (0..1) in the cost range, more or less. */
  private Architecture candidate(double place, RandomStream stream) {
    double lean = place + LEAN_DEVIATION * stream.nextGaussian();
    double strength = stream.nextDouble();
    return subnets.draw(dimension -> options -> leaning(options, lean, strength, stream));
  }

  /** Bit widths that lean towards a place (0..1) in their range, more or less. */
  private Quantization bits(int active, double place, RandomStream stream) {
    double lean = place + LEAN_DEVIATION * stream.nextGaussian();
    double strength = stream.nextDouble();
    return new Quantization(
        bits(active, lean, strength, stream),
        bits(active, lean, strength, stream),
        bits(active, lean, strength, stream),
        bits(active, lean, strength, stream));
  }

  private List<Integer> bits(int active, double lean, double strength, RandomStream stream) {
    List<Integer> options = space.bitWidths();
    List<Integer> bits = new ArrayList<>();
    for (int i = 0; i < active; i++) {
      bits.add(options.get(leaning(options.size(), lean, strength, stream)));
    }
    return bits;
  }

  /** Where the mean bit width lies between the least and the greatest, 0..1. */
  private double bitsPlace(Quantization bits) {
    List<Integer> options = space.bitWidths();
    double least = options.get(0);
    double range = options.get(options.size() - 1) - least;
    return range == 0 ? 0 : (bits.meanBits() - least) / range;
  }

  /** With probability {@code strength} the option that {@code lean} points to, else any. */
  private static int leaning(int options, double lean, double strength, RandomStream stream) {
    boolean uniform = !stream.nextBoolean(strength);
    int free = stream.nextInt(options);
    double pointed = Math.max(0, Math.min(1, lean)) * (options - 1);
    return uniform ? free : (int) Math.round(pointed);
  }

  private double macs(Architecture architecture) {
    double macs = 0;
    int next = 0;
    for (BlockSpace block : blocks) {
      if (block.positionInStage() < architecture.depths().get(block.stage())) {
        double width = architecture.channels().get(next);
        double kernel = architecture.kernelSizes().get(next);
        double in = (double) block.inSize() * block.inSize();
        double out = (double) block.outSize() * block.outSize();
        macs += width * (block.inChannels() * in + (kernel * kernel + block.outChannels()) * out);
        next++;
      }
    }
    return macs;
  }
}
