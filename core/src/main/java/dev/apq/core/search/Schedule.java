package dev.apq.core.search;

import java.util.ArrayList;
import java.util.List;

/**
 * Which limits hold in which generation, and when the search starts over with a fresh population.
 *
 * <p>Accuracy often saturates below the limits, and a search under loose limits then misses optima
 * that one under tighter limits finds. So after its main part the search scouts: short searches
 * with fresh populations under tighter limits, taken from a grid that depends on the space alone
 * (the least costs times powers of the root of two), so that searches under different limits share
 * their scouts. A population that no longer improves also gives way to a fresh one. In the last
 * part the best of all of them join the first population.
 */
final class Schedule {
  private static final int SCOUT_DIVISOR = 16;
  private static final int MERGE_DIVISOR = 10;

  /** A population may go without improvement for this part of the generations. */
  private static final int PATIENCE_DIVISOR = 8;

  private static final int LEAST_PATIENCE = 8;

  /** A scout must be this much tighter than the limits to be worth its price. */
  private static final double MARGIN = 1.1;

  private final double[] limits;
  private final List<double[]> scouts = new ArrayList<>();
  private final int scoutGenerations;
  private final int firstScout;
  private final int merge;
  private final int patience;

  /**
   * @param minima least cost of the space per limited metric
   * @param limits the problem's limits, likewise
   * @param generations generations of the whole search
   * @param scouting whether to scout and restart at all
   */
  Schedule(double[] minima, double[] limits, int generations, boolean scouting) {
    this.limits = limits.clone();
    this.scoutGenerations = generations / SCOUT_DIVISOR;
    if (scouting && scoutGenerations > 0) {
      addScouts(minima);
    }
    this.merge = generations - generations / MERGE_DIVISOR + 1;
    this.patience =
        scouting ? Math.max(LEAST_PATIENCE, generations / PATIENCE_DIVISOR) : Integer.MAX_VALUE;
    this.firstScout = merge - scouts.size() * scoutGenerations;
  }

  private void addScouts(double[] minima) {
    int most = SCOUT_DIVISOR / 2;
    for (int power = 1; power <= most; power++) {
      double[] scout = new double[limits.length];
      boolean tighter = false;
      for (int i = 0; i < limits.length; i++) {
        double rung = minima[i] * StrictMath.pow(2, power / 2.0);
        tighter |= rung * MARGIN < limits[i];
        scout[i] = Math.min(rung, limits[i]);
      }
      if (!tighter) {
        return;
      }
      scouts.add(scout);
    }
  }

  /** Limits that hold while the generation's individuals are made. */
  double[] limits(int generation) {
    return generation >= firstScout && generation < merge
        ? scouts.get((generation - firstScout) / scoutGenerations)
        : limits;
  }

  /** Whether the generation begins a scout: with a fresh population. */
  boolean startsScout(int generation) {
    return generation >= firstScout
        && generation < merge
        && (generation - firstScout) % scoutGenerations == 0;
  }

  /** Whether a population that did not improve for so many generations gives way to a fresh one. */
  boolean restarts(int generation, int stagnant) {
    return stagnant >= patience && patience < merge - generation;
  }

  /** Whether the scouts' findings join the main population before this generation. */
  boolean merges(int generation) {
    return generation == merge;
  }
}
