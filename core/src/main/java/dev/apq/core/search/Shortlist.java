package dev.apq.core.search;

import dev.apq.core.policy.Architecture;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Picks the individuals most worth measuring. The end of a search is full of policies that differ
 * in a bit width or two; measuring those answers the same question several times. So architectures
 * come first, each with its most accurate bit widths.
 */
final class Shortlist {
  private Shortlist() {}

  /**
   * Distinct individuals within all limits, the most accurate one first.
   *
   * @param front more individuals to pick from
   */
  static List<Individual> of(List<Individual> population, List<Individual> front, Genomes genomes) {
    int most = SearchOutcome.MAX_CANDIDATES;
    List<Individual> individuals = new ArrayList<>(population);
    individuals.addAll(front);
    Set<Long> policies = new HashSet<>();
    Set<Architecture> architectures = new HashSet<>();
    List<Individual> picked = new ArrayList<>();
    List<Individual> variants = new ArrayList<>();
    for (Individual individual : Ranking.byFitness(individuals)) {
      if (individual.violation > 0 || !policies.add(individual.fingerprint)) {
        continue;
      }
      if (architectures.add(genomes.policy(individual.genes).architecture())) {
        picked.add(individual);
      } else {
        variants.add(individual);
      }
      if (picked.size() == most) {
        return picked;
      }
    }
    picked.addAll(variants.subList(0, Math.min(variants.size(), most - picked.size())));
    return picked;
  }
}
