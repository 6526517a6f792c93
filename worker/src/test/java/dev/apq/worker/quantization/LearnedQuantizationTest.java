package dev.apq.worker.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.apq.core.contract.Quantizer;
import dev.apq.core.policy.Quantization;
import dev.apq.worker.supernet.Layer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LearnedQuantizationTest {
  private static final Layer LAYER = new Layer("layer", Layer.Role.POINTWISE, 0, false);

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @EnumSource(Quantizer.class)
  void startsAtTheCalibratedThresholds(Quantizer quantizer) {
    FakeQuantization quantization = quantization(quantizer);
    NDArray weight = weight();
    NDArray input = manager.linspace(0, 6, 50).reshape(2, 25);
    float[] expectedWeight = quantization.calibrating().weight(LAYER, weight).toFloatArray();
    float[] expectedInput = quantization.calibrating().input(LAYER, input).toFloatArray();
    LearnedQuantization learned = quantization.learning(manager);
    assertThat(learned.weight(LAYER, weight).toFloatArray())
        .containsExactly(expectedWeight, within(1e-6f));
    assertThat(learned.input(LAYER, input).toFloatArray())
        .containsExactly(expectedInput, within(1e-5f));
  }

  @Test
  void thePaperLearnsActivationClipsOnly() {
    FakeQuantization quantization = calibrated(Quantizer.PAPER);
    assertThat(quantization.learning(manager).exponents().all()).containsOnlyKeys("layer.input");
    assertThat(calibrated(Quantizer.PER_TENSOR).learning(manager).exponents().all()).isEmpty();
  }

  /** The gradient of LSQ (equation 3) times the step size, by the chain rule. */
  @Test
  void stepSizesLearnFromRoundingInsideAndFromLevelsOutside() {
    Grid grid = Grid.perChannel(new float[] {0.7f, 7}, 4);
    NDArray values = manager.create(new float[] {0.26f, -2, 3.3f, 9}, new Shape(2, 2));
    NDArray exponents = manager.create(new float[2]);
    exponents.setRequiresGradient(true);
    try (GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
      NDArray quantized = grid.quantizeLearningStep(values, exponents);
      assertThat(quantized.toFloatArray())
          .containsExactly(new float[] {0.3f, -0.7f, 3, 7}, within(1e-5f));
      gradients.backward(quantized.sum());
    }
    // Steps are 0.1 and 1: 0.26 is 0.4 of a step below its level, 3.3 is 0.3 above.
    assertThat(exponents.getGradient().toFloatArray())
        .containsExactly(new float[] {0.1f * (0.4f - 7), -0.3f + 7}, within(1e-4f));
  }

  @Test
  void clipsLearnFromClippedValuesOnly() {
    Grid grid = Grid.perTensor(1, 4, true);
    NDArray values = manager.create(new float[] {-3, 0.26f, 0.9f, 5, 6});
    NDArray exponent = manager.create(new float[1]);
    exponent.setRequiresGradient(true);
    values.setRequiresGradient(true);
    try (GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
      NDArray quantized = grid.quantizeLearningClip(values, exponent);
      assertThat(quantized.toFloatArray())
          .containsExactly(grid.quantize(values).toFloatArray(), within(1e-6f));
      gradients.backward(quantized.sum());
    }
    assertThat(exponent.getGradient().toFloatArray()).containsExactly(-1 + 1 + 1);
    assertThat(values.getGradient().toFloatArray()).containsExactly(0, 1, 1, 0, 0);
  }

  @Test
  void tinyWeightsKeepGradientsFinite() {
    Grid grid = Grid.perChannel(new float[] {1e-30f, 1}, 4);
    NDArray values = manager.create(new float[] {1e-30f, -3e-31f, 0.5f, 9}, new Shape(2, 2));
    NDArray exponents = manager.create(new float[2]);
    exponents.setRequiresGradient(true);
    values.setRequiresGradient(true);
    try (GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
      gradients.backward(grid.quantizeLearningStep(values, exponents).square().sum());
    }
    for (NDArray array : new NDArray[] {values, exponents}) {
      for (float gradient : array.getGradient().toFloatArray()) {
        assertThat(gradient).isFinite();
      }
    }
  }

  @Test
  void settlingAdoptsWhatWasLearned() {
    FakeQuantization quantization = calibrated(Quantizer.PER_CHANNEL);
    float[] before = quantization.weightGrid(LAYER).thresholds();
    float inputBefore = quantization.inputGrid(LAYER).thresholds()[0];
    LearnedQuantization learned = quantization.learning(manager);
    learned.exponents().get("layer.weight").addi((float) Math.log(2));
    assertThat(quantization.weightGrid(LAYER).thresholds()).containsExactly(before);
    learned.settle();
    assertThat(quantization.weightGrid(LAYER).thresholds())
        .containsExactly(new float[] {2 * before[0], 2 * before[1]}, within(1e-4f));
    assertThat(quantization.inputGrid(LAYER).thresholds()).containsExactly(inputBefore);
  }

  private FakeQuantization calibrated(Quantizer quantizer) {
    FakeQuantization quantization = quantization(quantizer);
    quantization.calibrating().weight(LAYER, weight());
    quantization.calibrating().input(LAYER, manager.linspace(0, 6, 50));
    return quantization;
  }

  private static FakeQuantization quantization(Quantizer quantizer) {
    return new FakeQuantization(Quantization.uniform(1, 4), quantizer);
  }

  private NDArray weight() {
    return manager.linspace(-1, 3, 24).reshape(2, 3, 2, 2);
  }
}
