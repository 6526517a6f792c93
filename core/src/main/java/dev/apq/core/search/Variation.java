package dev.apq.core.search;

import dev.apq.core.random.RandomStream;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes new genomes from old ones. Thread-safe. */
final class Variation {
  /** Share of crossovers that exchange whole stages; the others exchange single blocks. */
  private static final double STAGE_SHARE = 0.5;

  /** Share of width mutations that take a neighbouring option instead of any. */
  private static final double NEAR_SHARE = 0.5;

  private static final int NEAR = 3;

  /** Share of stages or blocks that a child takes from its father. */
  private static final double FATHER_SHARE = 0.25;

  /** Random changes among which the gradient picks one. */
  private static final int GUIDED_CHOICES = 4;

  /** A space may have nothing left to change. */
  private static final int MAX_TRIES = 1000;

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

  /** A copy of the mother with some of the father's stages, or some of his blocks. */
  int[] cross(int[] mother, int[] father, RandomStream random) {
    int[] child = mother.clone();
    boolean wholeStages = random.nextBoolean(stageShare);
    for (int s = 0; s < genomes.stages(); s++) {
      boolean stageFromFather = random.nextBoolean(FATHER_SHARE);
      if (stageFromFather) {
        child[s] = father[s];
      }
      for (int b = genomes.firstBlock(s); b < genomes.firstBlock(s + 1); b++) {
        boolean fromFather = wholeStages ? stageFromFather : random.nextBoolean(FATHER_SHARE);
        if (fromFather) {
          System.arraycopy(father, genomes.block(b), child, genomes.block(b), Genomes.BLOCK_GENES);
        }
      }
    }
    return child;
  }

  /**
   * Draws each gene anew with the mutation rate, and at least one that shows in the policy.
   *
   * @param gradient if given, each change is the one of several random ones that it favours most
   */
  void mutate(int[] genes, float @Nullable [] gradient, RandomStream random) {
    int changes = 0;
    for (int g = 0; g < genes.length; g++) {
      if (random.nextBoolean(mutationRate)) {
        changes++;
      }
    }
    // Several changes may undo each other, so the result is compared, not the steps counted.
    long before = genomes.fingerprint(genes);
    int least = Math.max(1, changes);
    for (int tries = 0;
        tries < least || (tries < MAX_TRIES && genomes.fingerprint(genes) == before);
        tries++) {
      if (gradient == null) {
        change(genes, random);
      } else {
        guidedChange(genes, gradient, random);
      }
    }
  }

  private void change(int[] genes, RandomStream random) {
    int gene = random.nextInt(genes.length);
    genes[gene] = otherOption(genes, gene, random);
  }

  private void guidedChange(int[] genes, float[] gradient, RandomStream random) {
    int bestGene = -1;
    int bestOption = 0;
    double bestEffect = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < GUIDED_CHOICES; i++) {
      int gene = random.nextInt(genes.length);
      int option = otherOption(genes, gene, random);
      if (option != genes[gene] && genomes.expressed(genes, gene)) {
        double effect = genomes.effect(gradient, genes, gene, option);
        if (effect > bestEffect) {
          bestGene = gene;
          bestOption = option;
          bestEffect = effect;
        }
      }
    }
    if (bestGene >= 0) {
      genes[bestGene] = bestOption;
    }
  }

  /** Another option of a gene, or the same if it has none. */
  private int otherOption(int[] genes, int gene, RandomStream random) {
    int options = genomes.options(gene);
    int old = genes[gene];
    if (options == 1 || (gene < genomes.stages() && !mutatesDepth)) {
      return old;
    }
    if (options > 2 * NEAR && random.nextBoolean(nearShare)) {
      int step = 1 + random.nextInt(NEAR);
      int moved = random.nextBoolean(0.5) ? old + step : old - step;
      return Math.max(0, Math.min(options - 1, moved));
    }
    int option = random.nextInt(options - 1);
    return option < old ? option : option + 1;
  }
}
