package dev.apq.benchmarks;

import dev.apq.core.policy.Encoding;
import dev.apq.core.policy.Sampler;
import dev.apq.core.predictor.Predictor;
import dev.apq.core.random.RandomStream;
import java.util.Arrays;

/**
 * Random quantized policies as the predictor reads them.
 *
 * @param hot hot features of each policy
 * @param lengths number of hot features of each policy
 */
record Samples(int[][] hot, int[] lengths) {

  static Samples random(Encoding encoding, int count, long seed) {
    Sampler sampler = new Sampler(encoding.space());
    int[][] hot = new int[count][];
    int[] lengths = new int[count];
    for (int i = 0; i < count; i++) {
      hot[i] = encoding.hot(sampler.quantized(RandomStream.of(seed, i)));
      lengths[i] = hot[i].length;
    }
    return new Samples(hot, lengths);
  }

  int count() {
    return hot.length;
  }

  /** Policies {@code from} to {@code to}. */
  Samples slice(int from, int to) {
    return new Samples(Arrays.copyOfRange(hot, from, to), Arrays.copyOfRange(lengths, from, to));
  }

  /** Predictions in order, {@code batch} at a time. */
  float[] score(Predictor predictor, int batch) {
    float[] accuracies = new float[count()];
    float[] part = new float[batch];
    Predictor.Session session = predictor.session();
    for (int from = 0; from < count(); from += batch) {
      Samples some = slice(from, Math.min(from + batch, count()));
      session.predict(some.hot, some.lengths, some.count(), part);
      System.arraycopy(part, 0, accuracies, from, some.count());
    }
    return accuracies;
  }

  /** Operations of one prediction on average; see {@link Predictor#flops}. */
  double flops(Predictor predictor) {
    return Arrays.stream(lengths).mapToLong(predictor::flops).average().orElseThrow();
  }
}
