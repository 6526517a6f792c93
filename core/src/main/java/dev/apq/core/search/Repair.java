package dev.apq.core.search;

import dev.apq.core.cost.CostTable.BlockOption;
import dev.apq.core.random.RandomStream;
import org.jspecify.annotations.Nullable;

/**
 * Moves a genome within the limits by random changes that each lower the violation, so that the
 * result stays close to a uniform draw. Where these get stuck it sets whole blocks and depths to
 * their cheapest, which for a single limit always succeeds if anything can.
 *
 * <p>Not thread-safe.
 */
final class Repair {
  private static final int TRIES_PER_GENE = 8;

  private static final int NONE = -1;

  /** Random changes among which the gradient picks one. */
  private static final int GUIDED_CHOICES = 8;

  private final Genomes genomes;
  private final Pricing pricing;
  private final int metrics;
  private final double[][] blockCosts;
  private final double[] totals;

  private int proposedGene;
  private int proposedOption;

  Repair(Genomes genomes, Pricing pricing) {
    this.genomes = genomes;
    this.pricing = pricing;
    this.metrics = pricing.constraints().size();
    this.blockCosts = new double[metrics][genomes.blocks()];
    this.totals = new double[metrics];
  }

  /**
   * Repairs in place.
   *
   * @param gradient if given, it chooses among the changes by their effect on the accuracy
   * @return the violation that is left, 0 on success
   */
  double repair(int[] genes, float @Nullable [] gradient, RandomStream random) {
    if (metrics == 0) {
      return 0;
    }
    for (int b = 0; b < genomes.blocks(); b++) {
      priceBlock(genes, b);
    }
    double violation = violation(genes, NONE);
    int tries = TRIES_PER_GENE * genes.length;
    while (violation > 0 && tries-- > 0) {
      boolean proposed =
          gradient == null
              ? propose(genes, random)
              : proposeGuided(genes, gradient, violation, random);
      if (proposed) {
        violation = tryOption(genes, proposedGene, proposedOption, violation);
      }
    }
    return violation > 0 ? cheapen(genes, violation) : 0;
  }

  /** Proposes a random change; false if the gene drawn cannot change. */
  private boolean propose(int[] genes, RandomStream random) {
    proposedGene = random.nextInt(genes.length);
    if (genomes.options(proposedGene) == 1 || !genomes.expressed(genes, proposedGene)) {
      return false;
    }
    int option = random.nextInt(genomes.options(proposedGene) - 1);
    proposedOption = option < genes[proposedGene] ? option : option + 1;
    return true;
  }

  /** Of several random changes that lower the violation, proposes the one of best effect. */
  private boolean proposeGuided(
      int[] genes, float[] gradient, double violation, RandomStream random) {
    int bestGene = NONE;
    int bestOption = 0;
    double bestEffect = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < GUIDED_CHOICES; i++) {
      if (propose(genes, random)) {
        double effect = genomes.effect(gradient, genes, proposedGene, proposedOption);
        if (effect > bestEffect && violationWith(genes, proposedGene, proposedOption) < violation) {
          bestGene = proposedGene;
          bestOption = proposedOption;
          bestEffect = effect;
        }
      }
    }
    proposedGene = bestGene;
    proposedOption = bestOption;
    return bestGene != NONE;
  }

  /** Changes a gene if that lowers the violation, which is returned. */
  private double tryOption(int[] genes, int gene, int option, double violation) {
    double now = violationWith(genes, gene, option);
    if (now >= violation) {
      return violation;
    }
    genes[gene] = option;
    if (gene >= genomes.stages()) {
      priceBlock(genes, genomes.blockOf(gene));
    }
    return now;
  }

  private double violationWith(int[] genes, int gene, int option) {
    int old = genes[gene];
    genes[gene] = option;
    double violation = violation(genes, gene < genomes.stages() ? NONE : genomes.blockOf(gene));
    genes[gene] = old;
    return violation;
  }

  private double cheapen(int[] genes, double violation) {
    double current = violation;
    boolean improved = true;
    while (current > 0 && improved) {
      improved = false;
      for (int m = 0; m < metrics && current > 0; m++) {
        for (int b = 0; b < genomes.blocks() && current > 0; b++) {
          if (genomes.active(genes, b)) {
            double now = tryCheapest(genes, b, m, current);
            improved |= now < current;
            current = now;
          }
        }
        for (int s = 0; s < genomes.stages() && current > 0; s++) {
          for (int depth = 0; depth < genomes.options(s); depth++) {
            double now = tryOption(genes, s, depth, current);
            improved |= now < current;
            current = now;
          }
        }
      }
    }
    return current;
  }

  private double tryCheapest(int[] genes, int block, int metric, double violation) {
    int base = genomes.block(block);
    int[] old = new int[Genomes.BLOCK_GENES];
    System.arraycopy(genes, base, old, 0, old.length);
    BlockOption cheapest = pricing.table(metric).cheapest(block);
    genes[base + Genomes.KERNEL] = cheapest.kernel();
    genes[base + Genomes.WIDTH] = cheapest.width();
    for (int field = 0; field < cheapest.bits().size(); field++) {
      genes[base + Genomes.BITS + field] = cheapest.bits().get(field);
    }
    double now = violation(genes, block);
    if (now >= violation) {
      System.arraycopy(old, 0, genes, base, old.length);
      return violation;
    }
    priceBlock(genes, block);
    return now;
  }

  private void priceBlock(int[] genes, int block) {
    for (int m = 0; m < metrics; m++) {
      blockCosts[m][block] = pricing.block(genes, m, block);
    }
  }

  /**
   * The violation with one block priced anew. Sums in the same order as {@link Pricing}, so that
   * both agree on what keeps a limit to the last bit.
   */
  private double violation(int[] genes, int changedBlock) {
    for (int m = 0; m < metrics; m++) {
      double raw = pricing.table(m).fixed();
      for (int b = 0; b < blockCosts[m].length; b++) {
        if (genomes.active(genes, b)) {
          raw += b == changedBlock ? pricing.block(genes, m, b) : blockCosts[m][b];
        }
      }
      totals[m] = pricing.table(m).inUnit(raw);
    }
    return pricing.violation(totals);
  }
}
