package dev.apq.core.search;

import dev.apq.core.predictor.Gradients;
import dev.apq.core.predictor.Predictor;
import java.util.ArrayList;
import java.util.List;

/** Scores genomes in batches. Not thread-safe: holds the predictor's buffers. */
final class Scoring {
  private static final int BATCH = 96;

  private final Genomes genomes;
  private final Pricing pricing;
  private final Predictor.Session session;
  private final int[][] hot;
  private final int[] lengths = new int[BATCH];
  private final float[] accuracies = new float[BATCH];

  private final Gradients gradients;
  private final int features;

  private long evaluations;

  Scoring(Predictor predictor, Genomes genomes, Pricing pricing) {
    this.genomes = genomes;
    this.pricing = pricing;
    this.session = predictor.session();
    this.gradients = new Gradients(predictor);
    this.features = predictor.encoding().features();
    this.hot = new int[BATCH][genomes.blocks() * Genomes.BLOCK_GENES];
  }

  /** Genomes scored so far. */
  long evaluations() {
    return evaluations;
  }

  /** Continues counting where an earlier run stopped. */
  void resumeAt(long count) {
    evaluations = count;
  }

  /**
   * Computes the gradients of the first individuals that have none, each of which counts as {@value
   * Gradients#PREDICTIONS} evaluations.
   *
   * @param budget the most evaluations to spend
   * @return evaluations spent
   */
  int differentiate(List<Individual> individuals, int budget) {
    List<Individual> pending =
        individuals.stream()
            .filter(i -> i.gradient == null)
            .limit(budget / Gradients.PREDICTIONS)
            .toList();
    for (int from = 0; from < pending.size(); from += BATCH) {
      int count = Math.min(BATCH, pending.size() - from);
      float[][] results = new float[count][features];
      for (int i = 0; i < count; i++) {
        lengths[i] = genomes.hot(pending.get(from + i).genes, hot[i]);
      }
      gradients.compute(hot, lengths, count, results);
      for (int i = 0; i < count; i++) {
        pending.get(from + i).gradient = results[i];
      }
    }
    int spent = pending.size() * Gradients.PREDICTIONS;
    evaluations += spent;
    return spent;
  }

  /** Scores all genomes, in order. */
  List<Individual> score(List<int[]> all) {
    List<Individual> scored = new ArrayList<>(all.size());
    for (int from = 0; from < all.size(); from += BATCH) {
      int count = Math.min(BATCH, all.size() - from);
      for (int i = 0; i < count; i++) {
        lengths[i] = genomes.hot(all.get(from + i), hot[i]);
      }
      session.predict(hot, lengths, count, accuracies);
      for (int i = 0; i < count; i++) {
        int[] genes = all.get(from + i);
        double[] costs = pricing.costs(genes);
        scored.add(
            new Individual(
                genes, genomes.fingerprint(genes), costs, pricing.violation(costs), accuracies[i]));
      }
    }
    evaluations += all.size();
    return scored;
  }
}
