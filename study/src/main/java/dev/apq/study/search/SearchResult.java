package dev.apq.study.search;

import dev.apq.core.policy.Policy;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the searches found.
 *
 * @param testImages images behind every accuracy
 * @param limitsMs latency limits, as in the plan
 * @param runs one per method, limit and seed
 */
public record SearchResult(int testImages, List<Double> limitsMs, List<Run> runs) {
  /** Name of the joint search in {@link Run#method()}. */
  public static final String JOINT = "joint";

  /** Start of a chain's name. */
  public static final String CHAIN = "chain ";

  /** Name of the search whose predictor ignores bits. */
  public static final String BITS_IGNORED = "bits ignored";

  /**
   * One search and its final network.
   *
   * @param method {@link #JOINT}, {@link #BITS_IGNORED} or a chain's title
   * @param limit index of the limit
   * @param seed repetition, from 0
   * @param searchCpuSeconds what the search took
   * @param found the network, or null if the method has none within the limit
   */
  public record Run(
      String method, int limit, int seed, double searchCpuSeconds, @Nullable Found found) {}

  /**
   * A final network.
   *
   * @param latencyMs on the BitFusion model
   * @param macs in units of 10^6
   * @param meanBits mean over all searched bit widths
   * @param accuracy on the test images after fine-tuning, 0..1
   * @param finetuneCpuSeconds what fine-tuning and measuring took
   */
  public record Found(
      Policy policy,
      double latencyMs,
      double macs,
      double meanBits,
      double accuracy,
      double finetuneCpuSeconds) {}

  /** Methods in order of first appearance. */
  public List<String> methods() {
    return runs.stream().map(Run::method).distinct().toList();
  }

  /** The run of a method at a limit and seed, if that was part of the study. */
  public Optional<Run> run(String method, int limit, int seed) {
    return runs.stream()
        .filter(run -> run.method().equals(method) && run.limit() == limit && run.seed() == seed)
        .findFirst();
  }
}
