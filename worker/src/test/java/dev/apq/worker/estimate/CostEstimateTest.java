package dev.apq.worker.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.contract.CollectionSpec;
import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.ElasticDimension;
import dev.apq.core.contract.PredictorSpec;
import dev.apq.core.contract.QuantizationSpec;
import dev.apq.core.contract.Quantizer;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.core.random.RandomStream;
import dev.apq.worker.supernet.HealthCheck;
import dev.apq.worker.supernet.NetworkLayout;
import dev.apq.worker.supernet.TinySpaces;
import dev.apq.worker.tensor.Devices;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From rates that are easy to reckon with to a bill. */
class CostEstimateTest {
  private static final int SAMPLES = 36_000;
  private static final int QUANTIZED = 1_000;
  private static final MemoryLine MEMORY = new MemoryLine(1 << 20, 10, 1000);
  // 1 ms for an image of each phase, 2 ms and 1 ms to calibrate and evaluate, 4 and 2 quantized, 8
  // to fine-tune, 16 to decode.
  private static final Rates RATES =
      new Rates(
          List.of(0.001, 0.003),
          0.002,
          0.001,
          0.004,
          0.002,
          0.008,
          0.016,
          1e-6,
          MEMORY,
          MEMORY,
          MEMORY,
          new MemoryLine(1 << 20, 10, 100_000));

  private static WorkerSpec spec(int steps) {
    return new WorkerSpec(
        WorkerSpec.VERSION,
        1,
        TinySpaces.digits(),
        new DatasetSpec("digits", null),
        new RecipeSpec(
            3,
            32,
            "0.004",
            "0.01",
            "0.1",
            "0",
            1,
            List.of(
                new RecipeSpec.Phase("largest", 1, List.of()),
                new RecipeSpec.Phase("all", 2, List.of(ElasticDimension.values())))),
        new CollectionSpec(SAMPLES, QUANTIZED, steps, 7, 200, 100),
        new QuantizationSpec(Quantizer.PER_CHANNEL, "0.001"),
        new PredictorSpec(16, 5, "0.001", 30, 2));
  }

  private static Estimate estimate(int steps, boolean decodedOnce, Devices devices) {
    Workload data = new Workload(3_210, 1_000, decodedOnce, decodedOnce);
    return new CostEstimate(spec(steps), data, RATES, devices).of(10);
  }

  @Test
  void hoursAreImagesTimesRates() {
    Estimate estimate = estimate(5, true, Devices.cpu(1));
    assertThat(estimate.unit()).isEqualTo("CPU-hours");
    double health = HealthCheck.measurements() * (100 * 0.002 + 200 * 0.001);
    StageCost train = estimate.stages().get(0);
    assertThat(train.images()).isEqualTo(3L * 3_200);
    assertThat(train.deviceHours() * 3600)
        .isCloseTo(3_200 * 0.001 + 2 * 3_200 * 0.003 + health, within(1e-6));
    StageCost collect = estimate.stages().get(1);
    assertThat(collect.deviceHours()).isCloseTo(SAMPLES * 0.4 / 3600, within(1e-9));
    assertThat(collect.imagesPerSecond()).isCloseTo(300 / 0.4, within(1e-6));
    StageCost quantized = estimate.stages().get(3);
    assertThat(quantized.deviceHours() * 3600 / QUANTIZED)
        .isCloseTo(2 * 100 * 0.004 + 200 * 0.002 + 5 * 64 * 0.008, within(1e-9));
    assertThat(estimate.totalHours())
        .isCloseTo(
            estimate.stages().stream().mapToDouble(StageCost::deviceHours).sum(), within(1e-9));
  }

  @Test
  void theLongerCollectionTakesAboutTenMinutesAPod() {
    Estimate estimate = estimate(0, true, Devices.cpu(1));
    assertThat(estimate.suggestedShards()).isEqualTo(24);
    assertThat(estimate.stages().get(1).pods()).isEqualTo(24);
    assertThat(estimate.stages().get(1).minutesPerPod()).isCloseTo(10, within(1e-9));
    assertThat(estimate.stages().get(3).pods()).isEqualTo(24);
    assertThat(estimate.stages().get(0).pods()).isEqualTo(1);
    // There cannot be more shards than samples of either collection.
    assertThat(estimate(10_000, true, Devices.cpu(1)).suggestedShards()).isEqualTo(QUANTIZED);
  }

  @Test
  void imagesThatDoNotFitIntoMemoryAreDecodedBesideTheGpuOrBeforeTheCpu() {
    double once = estimate(0, true, Devices.cpu(1)).stages().get(1).deviceHours();
    double anew = estimate(0, false, Devices.cpu(1)).stages().get(1).deviceHours();
    assertThat((anew - once) * 3600).isCloseTo(SAMPLES * 300 * 0.016, within(1e-3));

    Estimate onGpus = estimate(0, false, new Devices(8, List.of("90", "90")));
    assertThat(onGpus.unit()).isEqualTo("GPU-hours");
    double wall = SAMPLES * Math.max(0.4, 300 * 0.016 / 8);
    assertThat(onGpus.stages().get(1).deviceHours()).isCloseTo(2 * wall / 3600, within(1e-6));
  }

  @Test
  void threadsShareTheWorkAndNotTheBill() {
    StageCost one = estimate(0, true, Devices.cpu(1)).stages().get(0);
    StageCost four = estimate(0, true, Devices.cpu(4)).stages().get(0);
    assertThat(four.deviceHours()).isEqualTo(one.deviceHours());
    assertThat(four.minutesPerPod()).isCloseTo(one.minutesPerPod() / 4, within(1e-9));
  }

  @Test
  void memoryFollowsTheImagesAtOnceAndArtifactsTheirContent() {
    Estimate estimate = estimate(5, false, Devices.cpu(1));
    assertThat(estimate.stages().get(0).memoryBytes()).isEqualTo((1 << 20) + 22 * 1000);
    assertThat(estimate.stages().get(1).memoryBytes()).isEqualTo((1 << 20) + 190 * 1000);
    assertThat(estimate.stages().get(3).memoryBytes()).isEqualTo((1 << 20) + 54 * 100_000);
    long weights =
        NetworkLayout.initialWeights(TinySpaces.digits(), RandomStream.of(0)).values().stream()
            .map(FloatTensor::data)
            .mapToLong(data -> 4L * data.length)
            .sum();
    assertThat(estimate.stages().get(0).artifactBytes()).isEqualTo(weights);
    assertThat(estimate.checkpointBytes()).isEqualTo(3 * weights);
    assertThat(estimate.stages().get(1).artifactBytes()).isGreaterThan(SAMPLES * 100L);
  }
}
