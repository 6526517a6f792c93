package dev.apq.core.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The individuals within all limits that no other one seen dominates, bounded in number. */
final class Front {
  static final int MAX_SIZE = 1000;

  private final Ranking ranking;
  private final int order;
  private List<Individual> members = new ArrayList<>();

  /**
   * @param ranking tells domination
   * @param order position of the cost that the front is sorted by
   */
  Front(Ranking ranking, int order) {
    this.ranking = ranking;
    this.order = order;
  }

  /** Adds what is feasible and not dominated, and drops what it dominates. */
  void addAll(List<Individual> individuals) {
    for (Individual individual : individuals) {
      if (individual.violation == 0) {
        add(individual);
      }
    }
    if (members.size() > MAX_SIZE) {
      ranking.rank(members);
      members = new ArrayList<>(members.subList(0, MAX_SIZE));
    }
  }

  private void add(Individual candidate) {
    for (Individual member : members) {
      if (ranking.dominates(member, candidate) || sameValues(member, candidate)) {
        return;
      }
    }
    members.removeIf(member -> ranking.dominates(candidate, member));
    members.add(candidate);
  }

  private boolean sameValues(Individual a, Individual b) {
    return !ranking.dominates(a, b)
        && !ranking.dominates(b, a)
        && a.accuracy == b.accuracy
        && a.costs[order] == b.costs[order];
  }

  /** The members by ascending cost. */
  List<Individual> sorted() {
    List<Individual> sorted = new ArrayList<>(members);
    sorted.sort(
        Comparator.comparingDouble((Individual i) -> i.costs[order])
            .thenComparingLong(i -> i.fingerprint));
    return sorted;
  }

  /** The members in the order that determines all later behaviour. */
  List<Individual> members() {
    return members;
  }
}
