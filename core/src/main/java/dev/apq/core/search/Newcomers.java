package dev.apq.core.search;

import dev.apq.core.policy.Policy;
import dev.apq.core.random.RandomStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Makes individuals that differ from each other, and those that no generation bred. */
final class Newcomers {
  private static final int TRIES = 8;
  private static final long WARM_START_STREAM = -3;

  private final Genomes genomes;
  private final Scoring scoring;
  private final Repair repair;
  private final SearchSettings settings;
  private final boolean keepsDuplicates;

  Newcomers(
      Genomes genomes,
      Scoring scoring,
      Repair repair,
      SearchSettings settings,
      Set<SearchOperator> without) {
    this.genomes = genomes;
    this.scoring = scoring;
    this.repair = repair;
    this.settings = settings;
    this.keepsDuplicates = without.contains(SearchOperator.DEDUPLICATION);
  }

  /** Makes a genome. */
  @FunctionalInterface
  interface Maker {
    /**
     * @param index which of the genomes, from 0
     * @param random its own stream, which goes on when it is made again
     */
    int[] make(int index, RandomStream random);
  }

  /**
   * Genomes that differ from the individuals given and from each other. Each is tried a few times,
   * so there may be fewer.
   */
  List<int[]> distinct(long stream, int count, List<Individual> besides, Maker maker) {
    Set<Long> seen = new HashSet<>();
    besides.forEach(individual -> seen.add(individual.fingerprint));
    List<int[]> made = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      RandomStream random = RandomStream.of(settings.seed(), stream, i);
      for (int attempt = 0; attempt < TRIES; attempt++) {
        int[] genes = maker.make(i, random);
        if (seen.add(genomes.fingerprint(genes)) || keepsDuplicates) {
          made.add(genes);
          break;
        }
      }
    }
    return made;
  }

  /** Random individuals, moved within the limits. */
  List<Individual> random(long stream, int count, List<Individual> besides) {
    return scoring.score(
        distinct(stream, count, besides, (i, random) -> repaired(genomes.random(random), random)));
  }

  /** Known policies, moved within the limits: the best of them, at most half a population. */
  List<Individual> known(WarmStart start, Ranking ranking) {
    List<Policy> policies = start.policies();
    List<Individual> known =
        scoring.score(
            distinct(
                WARM_START_STREAM,
                policies.size(),
                List.of(),
                (i, random) -> repaired(genomes.of(policies.get(i), random), random)));
    ranking.rank(known);
    return known.subList(0, Math.min(known.size(), settings.populationSize() / 2));
  }

  private int[] repaired(int[] genes, RandomStream random) {
    repair.repair(genes, null, random);
    return genes;
  }
}
