package dev.apq.worker.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class QualityTest {
  @Test
  void perfectAndReversedOrder() {
    float[] measured = {0.1f, 0.4f, 0.2f, 0.9f};
    Quality perfect = Quality.of(new float[] {1, 3, 2, 4}, measured);
    assertThat(perfect.kendallTau()).isEqualTo(1);
    assertThat(perfect.pairwiseAccuracy()).isEqualTo(1);
    Quality reversed = Quality.of(new float[] {4, 2, 3, 1}, measured);
    assertThat(reversed.kendallTau()).isEqualTo(-1);
    assertThat(reversed.pairwiseAccuracy()).isZero();
  }

  @Test
  void tiesFollowTauB() {
    // scipy.stats.kendalltau([12, 2, 1, 12, 2], [1, 4, 7, 1, 0]) == -0.47140452079103173
    Quality quality = Quality.of(new float[] {12, 2, 1, 12, 2}, new float[] {1, 4, 7, 1, 0});
    assertThat(quality.kendallTau()).isCloseTo(-0.47140452, within(1e-8));
  }

  @Test
  void aConstantPredictorKnowsNothing() {
    Quality quality = Quality.of(new float[] {0.5f, 0.5f, 0.5f}, new float[] {0.4f, 0.5f, 0.6f});
    assertThat(quality.kendallTau()).isZero();
    assertThat(quality.pairwiseAccuracy()).isEqualTo(0.5);
    assertThat(quality.rmse()).isCloseTo(Math.sqrt(0.02 / 3), within(1e-6));
    assertThat(quality.samples()).isEqualTo(3);
  }

  @Test
  void biasAndSlopeTellHowPredictionsAreOff() {
    float[] measured = {0.4f, 0.5f, 0.6f};
    Quality exaggerated = Quality.of(new float[] {0.4f, 0.6f, 0.8f}, measured);
    assertThat(exaggerated.bias()).isCloseTo(0.1, within(1e-6));
    assertThat(exaggerated.slope()).isCloseTo(0.5, within(1e-6));
    assertThat(Quality.of(measured, measured).slope()).isCloseTo(1, within(1e-9));
    assertThat(Quality.of(new float[] {1, 1, 1}, measured).slope()).isZero();
  }
}
