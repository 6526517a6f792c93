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

  /** Random changes among which the gradient picks one. */
  private static final int GUIDED_CHOICES = 8;

  private final Genomes genomes;
  private final Pricing pricing;
  private final int metrics;
  private final double[][] blockCosts;
  private final double[] totals;

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
    double violation = violation(genes);
    int tries = TRIES_PER_GENE * genomes.length();
    while (violation > 0 && tries-- > 0) {
      violation =
          gradient == null
              ? randomStep(genes, violation, random)
              : guidedStep(genes, gradient, violation, random);
    }
    return violation > 0 ? cheapen(genes, violation) : 0;
  }

  private double randomStep(int[] genes, double violation, RandomStream random) {
    int gene = random.nextInt(genomes.length());
    return changeable(genes, gene)
        ? tryOption(genes, gene, other(genes, gene, random), violation)
        : violation;
  }

  /** Of several random changes that lower the violation, applies the one of best effect. */
  private double guidedStep(int[] genes, float[] gradient, double violation, RandomStream random) {
    int bestGene = -1;
    int bestOption = 0;
    double bestEffect = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < GUIDED_CHOICES; i++) {
      int gene = random.nextInt(genomes.length());
      if (changeable(genes, gene)) {
        int option = other(genes, gene, random);
        double effect = genomes.effect(gradient, genes, gene, option);
        if (effect > bestEffect && violationWith(genes, gene, option) < violation) {
          bestGene = gene;
          bestOption = option;
          bestEffect = effect;
        }
      }
    }
    return bestGene < 0 ? violation : tryOption(genes, bestGene, bestOption, violation);
  }

  private boolean changeable(int[] genes, int gene) {
    return genomes.options(gene) > 1 && genomes.expressed(genes, gene);
  }

  private double violationWith(int[] genes, int gene, int option) {
    int old = genes[gene];
    genes[gene] = option;
    priceBlockOf(genes, gene);
    double violation = violation(genes);
    genes[gene] = old;
    priceBlockOf(genes, gene);
    return violation;
  }

  private int other(int[] genes, int gene, RandomStream random) {
    int option = random.nextInt(genomes.options(gene) - 1);
    return option < genes[gene] ? option : option + 1;
  }

  private double tryOption(int[] genes, int gene, int option, double violation) {
    int old = genes[gene];
    genes[gene] = option;
    priceBlockOf(genes, gene);
    double now = violation(genes);
    if (now < violation) {
      return now;
    }
    genes[gene] = old;
    priceBlockOf(genes, gene);
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
    priceBlock(genes, block);
    double now = violation(genes);
    if (now < violation) {
      return now;
    }
    System.arraycopy(old, 0, genes, base, old.length);
    priceBlock(genes, block);
    return violation;
  }

  private void priceBlockOf(int[] genes, int gene) {
    if (gene >= genomes.stages()) {
      priceBlock(genes, (gene - genomes.stages()) / Genomes.BLOCK_GENES);
    }
  }

  private void priceBlock(int[] genes, int block) {
    for (int m = 0; m < metrics; m++) {
      blockCosts[m][block] = pricing.block(genes, m, block);
    }
  }

  // Sums in the same order as Pricing, so that both agree on what keeps a limit to the last bit.
  private double violation(int[] genes) {
    for (int m = 0; m < metrics; m++) {
      double raw = pricing.table(m).fixed();
      for (int b = 0; b < blockCosts[m].length; b++) {
        if (genomes.active(genes, b)) {
          raw += blockCosts[m][b];
        }
      }
      totals[m] = pricing.table(m).inUnit(raw);
    }
    return pricing.violation(totals);
  }
}
