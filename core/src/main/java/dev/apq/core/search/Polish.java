package dev.apq.core.search;

import dev.apq.core.random.RandomStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Coordinate ascent: tries every other option of one choice after the other, in random order, and
 * keeps the most accurate one within the limits, until a whole round changes nothing.
 */
final class Polish {
  private final Genomes genomes;
  private final Pricing pricing;
  private final Scoring scoring;

  Polish(Genomes genomes, Pricing pricing, Scoring scoring) {
    this.genomes = genomes;
    this.pricing = pricing;
    this.scoring = scoring;
  }

  /**
   * @param start a scored individual within the limits
   * @param maxEvaluations how many genomes may be scored
   * @return the best individual found, at least as accurate as {@code start}
   */
  Individual improve(Individual start, RandomStream random, int maxEvaluations) {
    int[] order = IntStream.range(0, genomes.length()).toArray();
    random.shuffle(order);
    long end = scoring.evaluations() + maxEvaluations;
    Individual best = start;
    int unchanged = 0;
    for (int i = 0; unchanged < order.length; i = (i + 1) % order.length) {
      int gene = order[i];
      List<int[]> alternatives = alternatives(best.genes, gene);
      if (scoring.evaluations() + alternatives.size() > end) {
        return best;
      }
      Individual better = best;
      for (Individual candidate : scoring.score(alternatives)) {
        if (candidate.accuracy > better.accuracy) {
          better = candidate;
        }
      }
      unchanged = better == best ? unchanged + 1 : 0;
      best = better;
    }
    return best;
  }

  private List<int[]> alternatives(int[] genes, int gene) {
    List<int[]> alternatives = new ArrayList<>();
    if (!genomes.expressed(genes, gene)) {
      return alternatives;
    }
    for (int option = 0; option < genomes.options(gene); option++) {
      if (option != genes[gene]) {
        int[] changed = genes.clone();
        changed[gene] = option;
        if (pricing.violation(pricing.costs(changed)) == 0) {
          alternatives.add(changed);
        }
      }
    }
    return alternatives;
  }
}
