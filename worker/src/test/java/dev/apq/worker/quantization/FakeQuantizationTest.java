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
import dev.apq.core.random.RandomStream;
import dev.apq.worker.supernet.Layer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FakeQuantizationTest {
  private static final Layer PROJECT = new Layer("b.project", Layer.Role.POINTWISE, 0, false);

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @CsvSource({"4,true,-7,7", "6,true,-31,31", "8,true,-127,127", "4,false,0,15", "8,false,0,255"})
  void usesExactlyTheLevelsOfItsBitWidth(int bits, boolean signed, int least, int greatest) {
    Grid grid = Grid.perTensor(1.5f, bits, signed);
    NDArray values = manager.linspace(-2f, 2f, 4001);
    Set<Integer> levels = new HashSet<>();
    for (float level : grid.levels(values).toFloatArray()) {
      assertThat((double) level).isEqualTo(Math.rint(level));
      levels.add((int) level);
    }
    assertThat(levels).hasSize(greatest - least + 1).contains(least, greatest);
  }

  @Test
  void gradientsPassStraightThroughInsideTheThresholdOnly() {
    NDArray values = manager.create(new float[] {-3, -0.4f, 0.3f, 0.9f, 3});
    values.setRequiresGradient(true);
    Grid grid = Grid.perTensor(1, 4, true);
    try (GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
      NDArray quantized = grid.quantizeStraightThrough(values);
      assertThat(quantized.toFloatArray())
          .containsExactly(grid.quantize(values).toFloatArray(), within(1e-6f));
      gradients.backward(quantized.sum());
    }
    assertThat(values.getGradient().toFloatArray()).containsExactly(0, 1, 1, 1, 0);
  }

  @Test
  void fewerBitsLoseMore() {
    NDArray weight = random(new Shape(64, 64), true);
    double before = 0;
    for (int bits : new int[] {8, 6, 4}) {
      FakeQuantization quantization = quantization(bits, 8, 8, 8);
      NDArray quantized = quantization.calibrating().weight(PROJECT, weight);
      double error = quantized.sub(weight).square().mean().getFloat();
      assertThat(error).isGreaterThan(4 * before);
      before = error;
    }
  }

  @Test
  void theImageAndFixedLayersFollowTheirFixedRules() {
    FakeQuantization quantization = quantization(4, 4, 4, 4);
    Layer stem = new Layer("stem", Layer.Role.STEM, -1, true);
    Layer head = new Layer("head", Layer.Role.FIXED, -1, true);
    NDArray input = random(new Shape(2, 3), true);
    assertThat(quantization.calibrating().input(stem, input)).isSameAs(input);
    quantization.calibrating().input(head, input);
    quantization.calibrating().weight(head, input);
    assertThat(quantization.inputGrid(head).bits()).isEqualTo(8);
    assertThat(quantization.weightGrid(head).bits()).isEqualTo(8);
  }

  private static FakeQuantization quantization(
      int pointwiseWeight, int pointwiseActivation, int depthwiseWeight, int depthwiseActivation) {
    return new FakeQuantization(
        new Quantization(
            List.of(pointwiseWeight),
            List.of(pointwiseActivation),
            List.of(depthwiseWeight),
            List.of(depthwiseActivation)),
        Quantizer.PER_TENSOR);
  }

  private NDArray random(Shape shape, boolean signed) {
    RandomStream random = RandomStream.of(shape.size(), signed ? 1 : 0);
    float[] data = new float[(int) shape.size()];
    for (int i = 0; i < data.length; i++) {
      double value = random.nextGaussian();
      data[i] = (float) (signed ? value : Math.max(0, value));
    }
    return manager.create(data, shape);
  }
}
