package dev.apq.core.random;

/**
 * A reproducible stream of random numbers, addressed by a seed and a path.
 *
 * <p>The stream is a pure function of (seed, path, position): the same address gives the same
 * numbers on every machine, Java version and thread, whatever was drawn elsewhere. Give each
 * independent unit of work its own path, for example {@code of(seed, generation, individual)}.
 *
 * <p>The generator is SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) whose start is a hash of the
 * address. It is not suitable for cryptography. Instances are not thread-safe.
 */
public final class RandomStream {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final double UNIT = 0x1.0p-53;

  private final long key;
  private long position;

  private RandomStream(long key) {
    this.key = key;
  }

  /**
   * The stream at an address.
   *
   * @param seed the user's seed; any value
   * @param path what distinguishes this stream from the others of the seed; order matters
   */
  public static RandomStream of(long seed, long... path) {
    return new RandomStream(descend(mix(seed + GOLDEN_GAMMA), path));
  }

  /** The stream at {@code path} below this one's address; independent of what was drawn here. */
  public RandomStream at(long... path) {
    return new RandomStream(descend(key, path));
  }

  private static long descend(long key, long[] path) {
    long result = mix(key ^ (path.length + 1L));
    for (long step : path) {
      result = mix(result ^ mix(step + GOLDEN_GAMMA));
      result = mix(result + GOLDEN_GAMMA);
    }
    return result;
  }

  /** 64 uniform bits. */
  public long nextLong() {
    return mix(key + GOLDEN_GAMMA * ++position);
  }

  /**
   * A uniform integer in {@code [0, bound)}, without modulo bias.
   *
   * @throws IllegalArgumentException if {@code bound < 1}
   */
  public int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound must be positive, was " + bound);
    }
    // Lemire's multiply-shift: the low half of the product tells when a value is over-represented.
    long product = (nextLong() >>> 32) * bound;
    long low = product & 0xFFFFFFFFL;
    if (low < bound) {
      long threshold = (1L << 32) % bound;
      while (low < threshold) {
        product = (nextLong() >>> 32) * bound;
        low = product & 0xFFFFFFFFL;
      }
    }
    return (int) (product >>> 32);
  }

  /** A uniform number in {@code [0, 1)} with 53 random bits. */
  public double nextDouble() {
    return (nextLong() >>> 11) * UNIT;
  }

  /** True with probability {@code probability}. */
  public boolean nextBoolean(double probability) {
    return nextDouble() < probability;
  }

  /** A standard normal number (Box–Muller; strict arithmetic, so equal on every Java version). */
  public double nextGaussian() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    return radius * StrictMath.cos(2 * StrictMath.PI * nextDouble());
  }

  /** Shuffles in place; every permutation is equally likely. */
  public void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = nextInt(i + 1);
      int swap = values[i];
      values[i] = values[j];
      values[j] = swap;
    }
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
