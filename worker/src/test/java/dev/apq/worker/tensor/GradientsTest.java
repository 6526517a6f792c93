package dev.apq.worker.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.apq.core.artifact.FloatTensor;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GradientsTest {
  private final NDManager manager = NDManager.newBaseManager();
  private final Parameters weights =
      Parameters.of(
          Map.of(
              "a", new FloatTensor(new int[] {2}, new float[] {1, 1}),
              "b", new FloatTensor(new int[] {1}, new float[] {1}),
              "unused", new FloatTensor(new int[] {1}, new float[] {1})),
          manager);

  @AfterEach
  void close() {
    manager.close();
  }

  /** Gives a the gradient (3, -4) times the factor, b the factor's twelvefold. */
  private void collect(float factor) {
    weights.requireGradients();
    try (GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
      NDArray direction = manager.create(new float[] {3 * factor, -4 * factor});
      NDArray loss = weights.get("a").mul(direction).sum();
      gradients.backward(loss.add(Numbers.multiply(weights.get("b"), 12 * factor).sum()));
    }
  }

  @Test
  void theNormIsThatOfAllGradientsTogether() {
    collect(1);
    assertThat(Gradients.norm(weights)).isCloseTo(13, within(1e-5));
  }

  @Test
  void longGradientsAreShortenedAndKeepTheirDirection() {
    collect(1);
    Gradients.clip(weights, 13, 6.5);
    assertThat(weights.get("a").getGradient().toFloatArray()).containsExactly(1.5f, -2);
    assertThat(weights.get("b").getGradient().toFloatArray()).containsExactly(6);
    assertThat(Gradients.norm(weights)).isCloseTo(6.5, within(1e-5));
  }

  @Test
  void shortGradientsStayAsTheyAre() {
    collect(1);
    Gradients.clip(weights, 13, 20);
    assertThat(weights.get("a").getGradient().toFloatArray()).containsExactly(3, -4);
  }

  @Test
  void whatIsNotFiniteShowsInTheNorm() {
    collect(Float.NaN);
    assertThat(Gradients.norm(weights)).isNaN();
    collect(Float.POSITIVE_INFINITY);
    assertThat(Double.isFinite(Gradients.norm(weights))).isFalse();
  }

  @Test
  void theAverageFollowsItsDefinition() {
    double expected = 1;
    try (Parameters average = weights.zeros(manager)) {
      average.get("a").addi(1);
      WeightAverage averages = new WeightAverage(average, 0.9);
      for (int step = 1; step <= 200; step++) {
        weights.set("a", new float[] {step, step});
        averages.update(weights, step);
        double kept = Math.min(0.9, (1.0 + step) / (10 + step));
        expected = kept * expected + (1 - kept) * step;
        assertThat((double) average.get("a").toFloatArray()[0])
            .isCloseTo(expected, within(1e-5 * expected));
      }
    }
  }
}
