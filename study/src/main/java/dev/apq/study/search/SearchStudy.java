package dev.apq.study.search;

import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.contract.Sample;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.core.cost.CostTable;
import dev.apq.core.cost.LayerCost;
import dev.apq.core.cost.Metric;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Quantization;
import dev.apq.core.random.RandomStream;
import dev.apq.study.search.SearchPlan.HandDown;
import dev.apq.study.search.SearchResult.Found;
import dev.apq.study.search.SearchResult.Run;
import dev.apq.study.supernet.TrainedSupernet;
import dev.apq.study.transfer.Predictors;
import dev.apq.study.work.CpuClock;
import dev.apq.study.work.WorkFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compares, under the same latency limits, the joint search, sequential chains and a search whose
 * predictor ignores bits. Every network found is fine-tuned in the same way and measured on the
 * test images.
 */
public final class SearchStudy {
  private static final long PREDICTORS = 2_000;
  private static final long FINETUNE = 2_001;
  private static final int DIGEST_START = "sha256:".length();
  private static final int DIGEST_LETTERS = 16;

  private final WorkerSpec spec;
  private final SearchPlan plan;
  private final WorkFolder work;
  private final String supernet;
  private final TargetSearch target;
  private boolean warm;

  /**
   * @param supernet identity of the supernet behind all samples
   */
  public SearchStudy(WorkerSpec spec, SearchPlan plan, WorkFolder work, String supernet) {
    this.spec = spec;
    this.plan = plan;
    this.work = work;
    this.supernet = supernet;
    this.target = new TargetSearch(spec.space(), plan);
  }

  /** What a search gave; no policy if there is none within the limit. */
  private record Searched(double cpuSeconds, @Nullable Policy policy) {}

  /** A way to a policy for one target. */
  private record Method(String title, Target search) {}

  private interface Target {
    Optional<Policy> search(double limit, long seed);
  }

  /** Predictors of one repetition, fitted when first needed. */
  private final class Fits {
    private final Predictors predictors;
    private final List<Sample> fullPrecisionSamples;
    private final List<Sample> quantizedSamples;
    private @Nullable Map<String, FloatTensor> fullPrecision;
    private @Nullable Map<String, FloatTensor> transferred;

    Fits(int seed, List<Sample> fullPrecisionSamples, List<Sample> quantizedSamples) {
      RandomStream random = RandomStream.of(spec.seed(), PREDICTORS, seed);
      this.predictors = new Predictors(spec.space(), spec.predictor(), random);
      this.fullPrecisionSamples = fullPrecisionSamples;
      this.quantizedSamples = quantizedSamples;
    }

    Map<String, FloatTensor> fullPrecision() {
      if (fullPrecision == null) {
        fullPrecision = predictors.fullPrecision(fullPrecisionSamples);
      }
      return fullPrecision;
    }

    Map<String, FloatTensor> blind() {
      return predictors.untouched(fullPrecision());
    }

    Map<String, FloatTensor> transferred() {
      if (transferred == null) {
        transferred = predictors.transferred(fullPrecision(), quantizedSamples);
      }
      return transferred;
    }
  }

  /**
   * Runs everything.
   *
   * @param fullPrecision full-precision samples
   * @param quantized quantized samples that predictors may be fitted to
   * @param measuring measures the final networks
   */
  public SearchResult measure(
      List<Sample> fullPrecision, List<Sample> quantized, TrainedSupernet measuring) {
    List<Double> limits = limits();
    int methods = plan.handDowns().size() + 2;
    work.part("searches and final networks", 2 * plan.seeds() * limits.size() * methods);
    List<Run> runs = new ArrayList<>();
    for (int seed = 0; seed < plan.seeds(); seed++) {
      for (Method method : methods(new Fits(seed, fullPrecision, quantized))) {
        for (int limit = 0; limit < limits.size(); limit++) {
          Searched searched = search(method, limits.get(limit), seed);
          runs.add(new Run(method.title(), limit, seed, searched.cpuSeconds(), null));
          Policy policy = searched.policy();
          if (policy != null) {
            Found found = finish(policy, seed, measuring);
            runs.set(
                runs.size() - 1,
                new Run(method.title(), limit, seed, searched.cpuSeconds(), found));
          }
        }
      }
    }
    return new SearchResult(measuring.testImages(), limits, runs);
  }

  private List<Method> methods(Fits fits) {
    List<Method> methods = new ArrayList<>();
    methods.add(
        new Method(
            SearchResult.JOINT, (limit, seed) -> target.joint(fits.transferred(), limit, seed)));
    for (HandDown handDown : plan.handDowns()) {
      methods.add(
          new Method(
              SearchResult.CHAIN + handDown.title(),
              (limit, seed) ->
                  target.chain(fits.blind(), fits.transferred(), limit, handDown, seed)));
    }
    methods.add(
        new Method(
            SearchResult.BITS_IGNORED, (limit, seed) -> target.joint(fits.blind(), limit, seed)));
    return methods;
  }

  private List<Double> limits() {
    CostTable table = target.costs().table(Metric.LATENCY);
    return plan.limits().stream()
        .map(Double::parseDouble)
        .map(place -> table.min() * Math.pow(table.max() / table.min(), place))
        .toList();
  }

  private Searched search(Method method, double limit, int seed) {
    String name = (method.title() + "-" + limit).replaceAll("[^a-z0-9.]+", "-");
    return work.unit(
            "search/seed-" + seed + "/" + name,
            List.of(supernet, spec, plan, limit, seed, method.title()),
            Searched.class,
            () -> {
              if (!warm) {
                method.search().search(limit, seed);
                warm = true;
              }
              double start = CpuClock.seconds();
              Optional<Policy> policy = method.search().search(limit, spec.seed() + seed);
              return new Searched(CpuClock.seconds() - start, policy.orElse(null));
            })
        .value();
  }

  private Found finish(Policy policy, int seed, TrainedSupernet measuring) {
    String digest = policy.digest().substring(DIGEST_START, DIGEST_START + DIGEST_LETTERS);
    WorkFolder.Done<Double> accuracy =
        work.unit(
            "final/seed-" + seed + "/" + digest,
            List.of(supernet, spec.seed(), spec.quantization(), seed, plan.finetuneSteps(), policy),
            Double.class,
            () ->
                measuring.testAccuracy(
                    policy, plan.finetuneSteps(), RandomStream.of(spec.seed(), FINETUNE, seed)));
    LayerCost cost = target.costs().cost(policy);
    return new Found(
        policy,
        Metric.LATENCY.value(cost),
        Metric.MACS.value(cost),
        meanBits(Objects.requireNonNull(policy.quantization())),
        accuracy.value(),
        accuracy.cpuSeconds());
  }

  private static double meanBits(Quantization quantization) {
    return Stream.of(
            quantization.pointwiseWeightBits(),
            quantization.pointwiseActivationBits(),
            quantization.depthwiseWeightBits(),
            quantization.depthwiseActivationBits())
        .flatMap(List::stream)
        .mapToInt(Integer::intValue)
        .average()
        .orElseThrow();
  }
}
