package dev.apq.worker.supernet;

import dev.apq.core.contract.ElasticDimension;
import dev.apq.core.policy.Architecture;
import dev.apq.core.space.SearchSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Whether the subnets of a supernet can be told apart in a meaningful way, so that ranking them
 * makes sense. An under-trained supernet has random subnets below its smallest one; a saturated one
 * gives every subnet the same accuracy.
 */
public final class HealthCheck {
  /** Random subnets that are measured. */
  public static final int RANDOM_SUBNETS = 24;

  private static final int PAIRS = 6;
  private static final double LEAST_SPREAD = 0.10;
  private static final double STANDARD_ERRORS = 2;

  /** Equal subnets spread by chance over about four standard errors, hardly ever over six. */
  private static final double SPREAD_ERRORS = 6;

  private final Subnets subnets;
  private final ToDoubleFunction<Architecture> accuracy;
  private final int images;
  private final Runnable afterEach;

  /**
   * @param accuracy measures a subnet, 0..1
   * @param images how many images it measures on
   * @param afterEach called after each measurement
   */
  public HealthCheck(
      SearchSpace space, ToDoubleFunction<Architecture> accuracy, int images, Runnable afterEach) {
    this.subnets = new Subnets(space);
    this.accuracy = accuracy;
    this.images = images;
    this.afterEach = afterEach;
  }

  /** Measurements in all. */
  public static int measurements() {
    return 2 + RANDOM_SUBNETS + 2 * PAIRS * ElasticDimension.values().length;
  }

  /**
   * Measures the extremes, the given subnets, and for each dimension pairs that differ in it alone.
   *
   * @param random at least {@link #RANDOM_SUBNETS} subnets spread over the cost range
   */
  public Health check(List<Architecture> random) {
    double largest = measure(subnets.largest());
    double smallest = measure(subnets.smallest());
    List<Double> accuracies = new ArrayList<>();
    for (Architecture architecture : random.subList(0, RANDOM_SUBNETS)) {
      accuracies.add(measure(architecture));
    }
    Map<String, Double> effects = new TreeMap<>();
    for (ElasticDimension dimension : ElasticDimension.values()) {
      effects.put(dimension.name().toLowerCase(Locale.ROOT), effect(dimension, random));
    }
    return new Health(
        images,
        largest,
        smallest,
        accuracies,
        effects,
        problems(largest, smallest, accuracies, effects));
  }

  /** Mean gain from the least to the greatest option of one dimension, all else equal. */
  private double effect(ElasticDimension dimension, List<Architecture> random) {
    double gain = 0;
    for (Architecture base : random.subList(0, PAIRS)) {
      gain += measure(subnets.with(base, dimension, true));
      gain -= measure(subnets.with(base, dimension, false));
    }
    return gain / PAIRS;
  }

  private List<String> problems(
      double largest, double smallest, List<Double> random, Map<String, Double> effects) {
    List<String> problems = new ArrayList<>();
    double least = random.stream().mapToDouble(a -> a).min().orElseThrow();
    double greatest = random.stream().mapToDouble(a -> a).max().orElseThrow();
    if (least < smallest - tolerance(smallest)) {
      problems.add(
          String.format(
              Locale.ROOT,
              "a random subnet (%.3f) is below the smallest (%.3f): train longer",
              least,
              smallest));
    }
    if (greatest > largest + tolerance(largest)) {
      problems.add(
          String.format(
              Locale.ROOT,
              "a random subnet (%.3f) is above the largest (%.3f): train longer",
              greatest,
              largest));
    }
    if (greatest - least < LEAST_SPREAD) {
      problems.add(
          String.format(
              Locale.ROOT,
              "random subnets spread over only %.3f (%.2f needed): train longer, or use a harder"
                  + " data set or a wider space",
              greatest - least,
              LEAST_SPREAD));
    } else if (greatest - least < spreadOfChance(random)) {
      problems.add(
          String.format(
              Locale.ROOT,
              "random subnets spread over %.3f, which chance may do on %d images (%.3f needed):"
                  + " measure on more images or train longer",
              greatest - least,
              images,
              spreadOfChance(random)));
    }
    effects.forEach(
        (dimension, gain) -> {
          if (gain <= 0) {
            problems.add(
                String.format(
                    Locale.ROOT,
                    "more %s alone changes accuracy by %.3f: train longer",
                    dimension,
                    gain));
          }
        });
    return problems;
  }

  private double tolerance(double accuracy) {
    return STANDARD_ERRORS * standardError(accuracy);
  }

  private double spreadOfChance(List<Double> random) {
    double mean = random.stream().mapToDouble(a -> a).average().orElseThrow();
    return SPREAD_ERRORS * standardError(mean);
  }

  /** Binomial, of an accuracy on so many images. */
  private double standardError(double accuracy) {
    return Math.sqrt(accuracy * (1 - accuracy) / images);
  }

  private double measure(Architecture architecture) {
    double result = accuracy.applyAsDouble(architecture);
    afterEach.run();
    return result;
  }
}
