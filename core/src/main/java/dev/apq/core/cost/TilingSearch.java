package dev.apq.core.cost;

/**
 * Finds, for a dense convolution, the tiling and loop order with the fewest cycles (ties: least
 * energy) on a bit-flexible systolic array.
 *
 * <p>A tile computes a square of outputs from some input and output channels. Tiles run in four
 * nested loops: two over output positions, one over input channels, one over output channels. A
 * stream (input, weights, output) whose working set still fits its buffer is kept across a loop
 * that does not move it; once it no longer fits, every further loop repeats its traffic.
 *
 * <p>Widths that are no power of two are stored in the buffers and computed at the next one (6 as
 * 8), but cross the DRAM port unpadded.
 */
final class TilingSearch {
  private static final int PARTIAL_SUM_BITS = 32;
  private static final int MAX_BITS = 8;

  private static final int INPUTS = 0;
  private static final int WEIGHTS = 1;
  private static final int OUTPUTS = 2;

  /** Loop kinds; the two position loops move the same streams. */
  private static final int POSITION = 0;

  private static final int INPUT = 1;
  private static final int OUTPUT = 2;

  /** The distinct orders of two position, one input and one output loop, innermost first. */
  private static final int[][] ORDERS = orders();

  private final HardwareProfile profile;
  private final long[] usableBits;

  /** Fewest cycles, and the energy they take. */
  record Result(long cycles, double energyMj) {}

  TilingSearch(HardwareProfile profile) {
    this.profile = profile;
    // Half of each buffer is filled while the other half is used.
    this.usableBits =
        new long[] {
          profile.activationSramBytes() * 4L,
          profile.weightSramBytes() * 4L,
          profile.outputSramBytes() * 4L
        };
  }

  /** How many operands of a bit width share an 8-bit lane. */
  static int fusion(int bits) {
    return MAX_BITS / stored(bits);
  }

  private static int stored(int bits) {
    return bits > 4 ? 8 : bits > 2 ? 4 : 2;
  }

  /**
   * @throws IllegalArgumentException if not even the smallest tile fits the buffers
   */
  Result best(
      int kernel, int outSize, int stride, int in, int out, int weightBits, int activationBits) {
    Search search = new Search(kernel, stride, in, out, weightBits, activationBits);
    int[] widths = halvings(outSize);
    int[] ins = halvings(in);
    int[] outs = halvings(ceil(out, profile.columns()));
    // Large tiles first: they tend to be the best, and a good bound prunes the others.
    for (int w = widths.length - 1; w >= 0; w--) {
      for (int i = ins.length - 1; i >= 0; i--) {
        for (int o = outs.length - 1; o >= 0; o--) {
          search.consider(
              widths[w],
              ceil(outSize, widths[w]),
              ins[i],
              Math.min(outs[o] * profile.columns(), out));
        }
      }
    }
    if (search.cycles == Long.MAX_VALUE) {
      throw new IllegalArgumentException(
          "hardware profile "
              + profile.name()
              + ": a "
              + kernel
              + "x"
              + kernel
              + " convolution "
              + in
              + "→"
              + out
              + " does not fit its buffers");
    }
    return new Result(search.cycles, search.energy);
  }

  private static int ceil(int value, int divisor) {
    return (value + divisor - 1) / divisor;
  }

  private static long ceil(long value, long divisor) {
    return (value + divisor - 1) / divisor;
  }

  /** 1, 2, 4, … and n itself. */
  private static int[] halvings(int n) {
    int steps = n == 1 ? 0 : 32 - Integer.numberOfLeadingZeros(n - 1);
    int[] sizes = new int[steps + 1];
    for (int i = 0; i <= steps; i++) {
      sizes[i] = (int) Math.min(1L << i, n);
    }
    return sizes;
  }

  private static int[][] orders() {
    int[][] orders = new int[12][];
    int n = 0;
    for (int input = 0; input < 4; input++) {
      for (int output = 0; output < 4; output++) {
        if (input != output) {
          int[] order = new int[4];
          order[input] = INPUT;
          order[output] = OUTPUT;
          orders[n++] = order;
        }
      }
    }
    return orders;
  }

  /** One layer's minimisation; the tile under consideration lives in fields. */
  private final class Search {
    private final int kernel;
    private final int stride;
    private final int in;
    private final int out;
    private final int weightBits;
    private final int activationBits;
    private final int lanes;

    /** Per stream: DRAM bits and buffer bits of one tile. */
    private final long[] tileBits = new long[3];

    private final long[] bufferBits = new long[3];

    /** Per stream: DRAM bits of the whole layer, and those of them moved ahead of computing. */
    private final long[] moved = new long[3];

    private final long[] kept = new long[3];

    private long cycles = Long.MAX_VALUE;
    private double energy = Double.POSITIVE_INFINITY;

    Search(int kernel, int stride, int in, int out, int weightBits, int activationBits) {
      this.kernel = kernel;
      this.stride = stride;
      this.in = in;
      this.out = out;
      this.weightBits = weightBits;
      this.activationBits = activationBits;
      this.lanes = profile.rows() * fusion(activationBits) * fusion(weightBits);
    }

    void consider(int width, int positions, int tileIn, int tileOut) {
      long area = (long) width * width;
      long taps = (long) kernel * kernel;
      long patch = kernel + (width - 1L) * stride;
      long columns = profile.columns();
      long passesIn = ceil(tileIn, lanes);
      long passesOut = ceil((long) tileOut, columns);
      tileBits[0] = patch * patch * tileIn * activationBits;
      tileBits[1] = taps * tileIn * tileOut * weightBits;
      tileBits[2] = area * tileOut * PARTIAL_SUM_BITS;
      bufferBits[0] = patch * patch * passesIn * lanes * stored(activationBits);
      bufferBits[1] = ceil(taps * tileIn, lanes) * lanes * passesOut * columns * stored(weightBits);
      bufferBits[2] = area * passesOut * columns * PARTIAL_SUM_BITS;
      for (int stream = 0; stream < 3; stream++) {
        if (bufferBits[stream] > usableBits[stream]) {
          return;
        }
      }
      long timesIn = ceil(in, tileIn);
      long timesOut = ceil(out, tileOut);
      long squares = (long) positions * positions;
      long tiles = squares * timesIn * timesOut;
      long compute = tiles * passesOut * area * taps * passesIn;
      long leastTraffic =
          tileBits[0] * squares * timesIn
              + tileBits[1] * timesIn * timesOut
              + 2 * tileBits[2] * squares * timesOut;
      if (compute > cycles || ceil(leastTraffic, profile.dramBitsPerCycle()) > cycles) {
        return;
      }
      double onChip =
          onChipEnergy(
              tiles, area, taps * tileIn, tileOut, passesIn * lanes * taps, passesOut * columns);
      for (int[] order : ORDERS) {
        run(order, positions, timesIn, timesOut, compute, onChip);
      }
    }

    private void run(
        int[] order, long positions, long timesIn, long timesOut, long compute, double onChip) {
      long dram = 0;
      long resident = 0;
      for (int stream = 0; stream < 3; stream++) {
        long traffic = tileBits[stream];
        long buffer = bufferBits[stream];
        boolean fits = true;
        kept[stream] = traffic;
        for (int loop : order) {
          long times = loop == POSITION ? positions : loop == INPUT ? timesIn : timesOut;
          if (!fits) {
            traffic *= times;
          } else if (moves(loop, stream)) {
            traffic *= times;
            buffer *= times;
            fits = buffer <= usableBits[stream];
            kept[stream] = fits ? traffic : kept[stream];
          }
        }
        moved[stream] = traffic;
        dram += traffic;
        resident += kept[stream];
      }
      // Partial sums come back as often as they leave.
      dram += moved[OUTPUTS];
      long port = profile.dramBitsPerCycle();
      long fill = ceil(resident, port) + ceil(kept[OUTPUTS], port);
      long total = compute + Math.max(0, ceil(dram, port) - fill - compute) + fill;
      if (total > cycles) {
        return;
      }
      HardwareProfile.Energy per = profile.energy();
      double joules =
          per.perCycle() * total
              + per.perComputeCycle() * compute
              + per.perDramBit() * dram
              + per.perActivationFillBit() * moved[INPUTS]
              + per.perOutputBit() * moved[OUTPUTS]
              + onChip;
      if (total < cycles || joules < energy) {
        cycles = total;
        energy = joules;
      }
    }

    /** Energy between buffers and array, with the cheapest of the three operands stationary. */
    private double onChipEnergy(
        double tiles, double area, double patch, double outs, double paddedIn, double paddedOut) {
      double inputStationary =
          paddedIn * area * (activationBits + paddedOut * (weightBits + PARTIAL_SUM_BITS));
      double outputStationary =
          paddedOut * area * (PARTIAL_SUM_BITS + paddedIn * (activationBits + weightBits));
      double weightStationary =
          paddedIn * paddedOut * (weightBits + area * (activationBits + PARTIAL_SUM_BITS));
      double least = Math.min(inputStationary, Math.min(outputStationary, weightStationary));
      double all = tiles * area * patch * outs;
      double inputs = all;
      double weights = all;
      double outputs = all;
      if (inputStationary == least) {
        inputs = tiles * area * patch;
      } else if (outputStationary == least) {
        outputs = tiles * area * outs;
      } else {
        weights = tiles * patch * outs;
      }
      HardwareProfile.Energy per = profile.energy();
      return per.perWeightBit() * weights * weightBits
          + per.perActivationBit() * inputs * activationBits
          + per.perOutputBit() * outputs * PARTIAL_SUM_BITS;
    }

    private boolean moves(int loop, int stream) {
      return switch (loop) {
        case POSITION -> stream != WEIGHTS;
        case INPUT -> stream != OUTPUTS;
        default -> stream != INPUTS;
      };
    }
  }
}
