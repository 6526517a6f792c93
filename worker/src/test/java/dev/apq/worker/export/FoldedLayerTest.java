package dev.apq.worker.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.apq.core.cost.LayerShape;
import org.junit.jupiter.api.Test;

class FoldedLayerTest {
  private static final InputGrid INPUT = new InputGrid(0.5f, 8, false);

  @Test
  void aNegativeFactorTurnsSignsAndKeepsLevels() {
    FoldedLayer folded = fold(new float[] {2, -2, 2}, new float[] {1, 1, 1}, 0.25f);
    assertThat(folded.levels()).containsExactly(3, -5, -3, 5, 3, -5);
    assertThat(folded.scales()).containsExactly(new float[] {0.5f, 0.5f, 0.5f}, within(1e-6f));
  }

  @Test
  void perChannelScalesAreKept() {
    FoldedLayer folded = fold(new float[] {1, 2, -4}, new float[] {1, 1, 1}, 1, 2, 4);
    assertThat(folded.levels()).containsExactly(3, -5, 3, -5, -3, 5);
    assertThat(folded.scales()).containsExactly(new float[] {1, 4, 16}, within(1e-5f));
  }

  @Test
  void aChannelWithoutFactorIsItsBias() {
    FoldedLayer folded = fold(new float[] {0, 1, 1e-20f}, new float[] {0.75f, 0, 1}, 0.25f);
    assertThat(folded.levels()).containsExactly(0, 0, 3, -5, 0, 0);
    assertThat(folded.scales()[0]).isPositive();
    FoldedLayer.IntegerBias bias = folded.integerBias(INPUT);
    for (int c = 0; c < 3; c++) {
      assertThat(bias.levels()[c] * (double) bias.steps()[c])
          .isCloseTo(folded.bias()[c], within(1e-6));
    }
  }

  @Test
  void refusesNumbersThatAreNone() {
    assertThatThrownBy(() -> fold(new float[] {1, Float.NaN, 1}, new float[3], 1))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining("layer has a batch normalization that is no finite number");
  }

  private static FoldedLayer fold(float[] gamma, float[] beta, float... scales) {
    byte[] levels = {3, -5, 3, -5, 3, -5};
    float[] variance = {1 - 1e-3f, 1 - 1e-3f, 1 - 1e-3f};
    return FoldedLayer.of(
        new FrozenLayer(
            "layer",
            new LayerShape(2, 3, 4, 1, 1, 1, 4, 8),
            false,
            INPUT,
            new WeightLevels(new float[6], levels, scales, 4),
            new FrozenLayer.BatchNormalization(gamma, beta, new float[3], variance, 1e-3f),
            true,
            FrozenLayer.NO_SHORTCUT));
  }
}
