package dev.apq.worker.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.apq.core.artifact.FloatTensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ParametersTest {
  private final NDManager manager = NDManager.newBaseManager();
  private final Parameters weights =
      Parameters.of(
          Map.of(
              "b", new FloatTensor(new int[] {2, 2}, new float[] {3, 4, 5, 6}),
              "a", new FloatTensor(new int[] {2}, new float[] {1, 2})),
          manager);

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void lieOneAfterTheOtherByNameInOneArray() {
    assertThat(weights.all().keySet()).containsExactly("a", "b");
    assertThat(weights.values().toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
    weights.values().muli(10);
    assertThat(weights.get("b").toFloatArray()).containsExactly(30, 40, 50, 60);
  }

  @Test
  void aReplacedWeightStaysInThatArray() {
    weights.requireGradients();
    weights.set("b", new float[] {7, 8, 9, 0});
    assertThat(weights.values().toFloatArray()).containsExactly(1, 2, 7, 8, 9, 0);
    weights.values().addi(1);
    assertThat(weights.get("b").toFloatArray()).containsExactly(8, 9, 10, 1);
    assertThatThrownBy(() -> weights.set("a", new float[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'a'");
  }

  @Test
  void gradientsLieInOneArrayFromTheFirstBackwardPassOn() {
    weights.requireGradients();
    assertThat(weights.gradients().toFloatArray()).containsOnly(0);
    for (int pass = 1; pass <= 2; pass++) {
      try (GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
        gradients.backward(weights.get("b").square().sum());
      }
      assertThat(weights.gradients().toFloatArray())
          .containsExactly(0, 0, 6 * pass, 8 * pass, 10 * pass, 12 * pass);
    }
    weights.gradients().muli(0.5f);
    assertThat(weights.get("b").getGradient().toFloatArray()).containsExactly(6, 8, 10, 12);
    assertThat(weights.get("a").getGradient().toFloatArray()).containsExactly(0, 0);
  }

  @Test
  void requiringGradientsAgainForgetsThem() {
    weights.requireGradients();
    try (GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
      gradients.backward(weights.get("a").sum());
    }
    weights.requireGradients();
    assertThat(weights.gradients().toFloatArray()).containsOnly(0);
  }

  @Test
  void aSingleOrNoWeightWorksAsWell() {
    Parameters single =
        Parameters.of(Map.of("w", new FloatTensor(new int[] {1}, new float[] {2})), manager);
    single.requireGradients();
    try (GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
      gradients.backward(single.get("w").square().sum());
    }
    assertThat(single.gradients().toFloatArray()).containsExactly(4);
    Parameters none = Parameters.of(new LinkedHashMap<>(), manager);
    none.requireGradients();
    assertThat(none.toTensors()).isEmpty();
  }
}
