package dev.apq.core.search;

import dev.apq.core.random.RandomStream;
import java.util.Set;

/** Makes new genomes from old ones. Thread-safe. */
final class Variation {
  /** Share of crossovers that exchange whole stages; the others exchange single blocks. */
  private static final double STAGE_SHARE = 0.5;

  /** Share of width mutations that take a neighbouring option instead of any. */
  private static final double NEAR_SHARE = 0.5;

  private static final int NEAR = 3;

  private final Genomes genomes;
  private final double mutationRate;
  private final double stageShare;
  private final double nearShare;
  private final boolean mutatesDepth;

  Variation(Genomes genomes, double mutationRate, Set<SearchOperator> without) {
    this.genomes = genomes;
    this.mutationRate = mutationRate;
    this.stageShare =
        without.contains(SearchOperator.STAGE_CROSSOVER)
            ? 0
            : without.contains(SearchOperator.BLOCK_CROSSOVER) ? 1 : STAGE_SHARE;
    this.nearShare = without.contains(SearchOperator.NEAR_WIDTH_MUTATION) ? 0 : NEAR_SHARE;
    this.mutatesDepth = !without.contains(SearchOperator.DEPTH_MUTATION);
  }

  /** A child that takes each stage, or each block, from either parent with equal chance. */
  int[] cross(int[] mother, int[] father, RandomStream random) {
    int[] child = mother.clone();
    boolean wholeStages = random.nextBoolean(stageShare);
    for (int s = 0; s < genomes.stages(); s++) {
      boolean stageFromFather = random.nextBoolean(0.5);
      if (stageFromFather) {
        child[s] = father[s];
      }
      for (int b = genomes.firstBlock(s); b < genomes.firstBlock(s + 1); b++) {
        boolean fromFather = wholeStages ? stageFromFather : random.nextBoolean(0.5);
        if (fromFather) {
          System.arraycopy(father, genomes.block(b), child, genomes.block(b), Genomes.BLOCK_GENES);
        }
      }
    }
    return child;
  }

  /** Draws each gene anew with the mutation rate, and at least one that shows in the policy. */
  void mutate(int[] genes, RandomStream random) {
    boolean changed = false;
    for (int g = 0; g < genes.length; g++) {
      if (random.nextBoolean(mutationRate)) {
        changed |= redraw(genes, g, random);
      }
    }
    while (!changed) {
      changed = redraw(genes, random.nextInt(genes.length), random);
    }
  }

  /** Changes a gene if it has another option; tells whether the policy changed. */
  private boolean redraw(int[] genes, int gene, RandomStream random) {
    int options = genomes.options(gene);
    if (options == 1 || (gene < genomes.stages() && !mutatesDepth)) {
      return false;
    }
    boolean expressed = genomes.expressed(genes, gene);
    int old = genes[gene];
    if (options > 2 * NEAR && random.nextBoolean(nearShare)) {
      int step = 1 + random.nextInt(NEAR);
      int moved = random.nextBoolean(0.5) ? old + step : old - step;
      genes[gene] = Math.max(0, Math.min(options - 1, moved));
    } else {
      int option = random.nextInt(options - 1);
      genes[gene] = option < old ? option : option + 1;
    }
    return expressed && genes[gene] != old;
  }
}
