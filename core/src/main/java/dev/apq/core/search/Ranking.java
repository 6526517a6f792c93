package dev.apq.core.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Orders individuals as NSGA-II does (Deb et al., IEEE TEC 2002): less violation first, then the
 * non-dominated front, then the crowding distance. Without cost objectives that is plain accuracy.
 * Ties are broken by fingerprint, so that the order never depends on where individuals came from.
 */
final class Ranking {
  private static final Comparator<Individual> BY_FITNESS =
      Comparator.comparingDouble((Individual i) -> i.violation)
          .thenComparing(Comparator.comparingDouble((Individual i) -> i.accuracy).reversed())
          .thenComparingLong(i -> i.fingerprint);

  private static final Comparator<Individual> BY_FRONT =
      Comparator.comparingInt((Individual i) -> i.front)
          .thenComparing(Comparator.comparingDouble((Individual i) -> i.crowding).reversed())
          .thenComparing(BY_FITNESS);

  private final int[] objectives;

  /**
   * @param objectives positions of the traded costs within {@link Individual#costs}; empty for
   *     accuracy alone
   */
  Ranking(int[] objectives) {
    this.objectives = objectives.clone();
  }

  /** Sorts best first and sets fronts and crowding distances. */
  void rank(List<Individual> individuals) {
    individuals.sort(BY_FITNESS);
    if (objectives.length == 0) {
      for (int i = 0; i < individuals.size(); i++) {
        individuals.get(i).front = i;
      }
      return;
    }
    assignFronts(individuals);
    individuals.sort(BY_FRONT);
    int from = 0;
    while (from < individuals.size()) {
      int to = from;
      while (to < individuals.size() && individuals.get(to).front == individuals.get(from).front) {
        to++;
      }
      assignCrowding(individuals.subList(from, to));
      from = to;
    }
    individuals.sort(BY_FRONT);
  }

  /** Whether {@code a} comes before {@code b}; both must have been ranked together. */
  static boolean better(Individual a, Individual b) {
    return BY_FRONT.compare(a, b) < 0;
  }

  /** The individual of least violation and, among these, of highest accuracy. */
  static Individual fittest(List<Individual> individuals) {
    return individuals.stream().min(BY_FITNESS).orElseThrow();
  }

  /** A copy sorted by violation, then by descending accuracy. */
  static List<Individual> byFitness(List<Individual> individuals) {
    return individuals.stream().sorted(BY_FITNESS).toList();
  }

  /** Constrained domination: less violation, or as good in everything and better in something. */
  boolean dominates(Individual a, Individual b) {
    if (a.violation != b.violation) {
      return a.violation < b.violation;
    }
    if (a.accuracy < b.accuracy) {
      return false;
    }
    boolean better = a.accuracy > b.accuracy;
    for (int o : objectives) {
      if (a.costs[o] > b.costs[o]) {
        return false;
      }
      better |= a.costs[o] < b.costs[o];
    }
    return better;
  }

  private void assignFronts(List<Individual> individuals) {
    int n = individuals.size();
    int[] dominators = new int[n];
    List<List<Integer>> dominated = new ArrayList<>(n);
    for (int i = 0; i < n; i++) {
      dominated.add(new ArrayList<>());
    }
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++) {
        // Sorted by fitness, so a later one can never dominate an earlier one of higher accuracy.
        if (dominates(individuals.get(i), individuals.get(j))) {
          dominated.get(i).add(j);
          dominators[j]++;
        } else if (dominates(individuals.get(j), individuals.get(i))) {
          dominated.get(j).add(i);
          dominators[i]++;
        }
      }
    }
    List<Integer> current = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      if (dominators[i] == 0) {
        current.add(i);
      }
    }
    for (int front = 0; !current.isEmpty(); front++) {
      List<Integer> next = new ArrayList<>();
      for (int i : current) {
        individuals.get(i).front = front;
        for (int j : dominated.get(i)) {
          if (--dominators[j] == 0) {
            next.add(j);
          }
        }
      }
      current = next;
    }
  }

  private void assignCrowding(List<Individual> front) {
    Individual[] sorted = front.toArray(Individual[]::new);
    for (Individual individual : sorted) {
      individual.crowding = 0;
    }
    for (int axis = -1; axis < objectives.length; axis++) {
      int o = axis;
      Arrays.sort(
          sorted,
          Comparator.comparingDouble((Individual i) -> coordinate(i, o))
              .thenComparingLong(i -> i.fingerprint));
      int last = sorted.length - 1;
      double range = coordinate(sorted[last], o) - coordinate(sorted[0], o);
      sorted[0].crowding = Double.POSITIVE_INFINITY;
      sorted[last].crowding = Double.POSITIVE_INFINITY;
      for (int i = 1; i < last && range > 0; i++) {
        sorted[i].crowding += (coordinate(sorted[i + 1], o) - coordinate(sorted[i - 1], o)) / range;
      }
    }
  }

  private double coordinate(Individual individual, int axis) {
    return axis < 0 ? individual.accuracy : individual.costs[objectives[axis]];
  }
}
