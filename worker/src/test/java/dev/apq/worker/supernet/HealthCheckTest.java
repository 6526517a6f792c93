package dev.apq.worker.supernet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.policy.Architecture;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.collection.SamplePlan;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HealthCheckTest {
  private static final SearchSpace SPACE = TinySpaces.digits();

  @Test
  void accuracyThatGrowsWithEveryDimensionIsHealthy() {
    Health health = check(HealthCheckTest::growing);
    assertThat(health.problems()).isEmpty();
    assertThat(health.healthy()).isTrue();
    assertThat(health.random()).hasSize(HealthCheck.RANDOM_SUBNETS);
    assertThat(health.smallest()).isLessThanOrEqualTo(health.randomMin());
    assertThat(health.largest()).isGreaterThanOrEqualTo(health.randomMax());
    assertThat(health.effects()).containsOnlyKeys("depth", "kernel", "width");
  }

  @Test
  void saturationIsSaid() {
    Health health = check(architecture -> 0.98 + growing(architecture) / 1000);
    assertThat(health.healthy()).isFalse();
    assertThat(health.problems()).anyMatch(problem -> problem.contains("spread over only"));
  }

  @Test
  void aSpreadThatChanceCouldMakeIsSaid() {
    // About 17 points between these subnets: much on a thousand images, little on a hundred.
    assertThat(check(HealthCheckTest::growing, 1000).problems()).isEmpty();
    Health few = check(HealthCheckTest::growing, 100);
    assertThat(few.randomMax() - few.randomMin()).isBetween(0.1, 0.28);
    assertThat(few.problems())
        .singleElement()
        .asString()
        .contains("chance may do on 100 images", "more images");
  }

  @Test
  void randomSubnetsBelowTheSmallestAreSaid() {
    Architecture smallest = new Subnets(SPACE).smallest();
    Health health =
        check(architecture -> architecture.equals(smallest) ? 0.9 : growing(architecture));
    assertThat(health.problems()).anyMatch(problem -> problem.contains("below the smallest"));
  }

  @Test
  void randomSubnetsAboveTheLargestAreSaid() {
    Architecture largest = new Subnets(SPACE).largest();
    Health health =
        check(architecture -> architecture.equals(largest) ? 0.1 : growing(architecture));
    assertThat(health.problems()).anyMatch(problem -> problem.contains("above the largest"));
  }

  @Test
  void aDimensionThatHurtsIsNamed() {
    Health health =
        check(architecture -> 0.5 + 0.1 * width(architecture) - 0.01 * architecture.activeBlocks());
    assertThat(health.problems()).anyMatch(problem -> problem.contains("more depth alone"));
    assertThat(health.problems()).noneMatch(problem -> problem.contains("more width alone"));
  }

  @Test
  void announcesAsManyMeasurementsAsItMakes() {
    AtomicInteger made = new AtomicInteger();
    new HealthCheck(SPACE, HealthCheckTest::growing, 1000, made::incrementAndGet).check(random());
    assertThat(made).hasValue(HealthCheck.measurements());
  }

  private static Health check(ToDoubleFunction<Architecture> accuracy) {
    return check(accuracy, 1000);
  }

  private static Health check(ToDoubleFunction<Architecture> accuracy, int images) {
    return new HealthCheck(SPACE, accuracy, images, () -> {}).check(random());
  }

  private static List<Architecture> random() {
    SamplePlan plan = new SamplePlan(SPACE, HealthCheck.RANDOM_SUBNETS + 2, RandomStream.of(1));
    return IntStream.range(2, HealthCheck.RANDOM_SUBNETS + 2).mapToObj(plan::architecture).toList();
  }

  private static double growing(Architecture architecture) {
    double kernels =
        architecture.kernelSizes().stream().mapToInt(Integer::intValue).average().orElseThrow();
    return 0.3 + 0.04 * architecture.activeBlocks() + 0.01 * kernels + 0.1 * width(architecture);
  }

  private static double width(Architecture architecture) {
    return architecture.channels().stream().mapToInt(Integer::intValue).average().orElseThrow()
        / 36;
  }
}
