package dev.apq.benchmarks;

import dev.apq.core.predictor.Predictor;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Whether predictions keep their bits from cold to warm code, over batch sizes and threads. */
final class Reproducibility {
  private static final int CANDIDATES = 20_000;

  private Reproducibility() {}

  /** The distinct hashes of all ways to score the same policies; one if all is well. */
  static List<String> hashes(Predictor predictor) {
    Samples samples = Samples.random(predictor.encoding(), CANDIDATES, 7);
    TreeSet<String> hashes = new TreeSet<>();
    for (int batch : new int[] {1, 64, 100, 37, 100}) {
      hashes.add(hash(samples.score(predictor, batch)));
    }
    hashes.add(hash(onTwoThreads(predictor, samples)));
    return List.copyOf(hashes);
  }

  private static float[] onTwoThreads(Predictor predictor, Samples samples) {
    int half = samples.count() / 2 - 1;
    Callable<float[]> first = () -> samples.slice(0, half).score(predictor, 100);
    Callable<float[]> second = () -> samples.slice(half, samples.count()).score(predictor, 100);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<float[]>> parts = threads.invokeAll(List.of(first, second));
      float[] all = Arrays.copyOf(parts.get(0).get(), samples.count());
      System.arraycopy(parts.get(1).get(), 0, all, half, samples.count() - half);
      return all;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private static String hash(float[] values) {
    long hash = 0;
    for (float value : values) {
      hash = (hash ^ Float.floatToIntBits(value)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 32;
    }
    return String.format("%016x", hash);
  }
}
