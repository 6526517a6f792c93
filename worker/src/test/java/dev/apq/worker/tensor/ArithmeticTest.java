package dev.apq.worker.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.apq.core.contract.TrainingPrecision;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArithmeticTest {
  @Test
  void theDevicesDecideUnlessTheRecipeDoes() {
    assertThat(Arithmetic.choose(null, Devices.cpu(2))).isEqualTo(Arithmetic.FLOAT32);
    assertThat(Arithmetic.choose(null, gpus("80"))).isEqualTo(Arithmetic.BFLOAT16);
    assertThat(Arithmetic.choose(null, gpus("90", "120"))).isEqualTo(Arithmetic.BFLOAT16);
    assertThat(Arithmetic.choose(null, gpus("75"))).isEqualTo(Arithmetic.FLOAT32);
    assertThat(Arithmetic.choose(null, gpus("80", "75"))).isEqualTo(Arithmetic.FLOAT32);
    assertThat(Arithmetic.choose(null, gpus(""))).isEqualTo(Arithmetic.FLOAT32);
    assertThat(Arithmetic.choose(TrainingPrecision.FLOAT32, gpus("90")))
        .isEqualTo(Arithmetic.FLOAT32);
    assertThat(Arithmetic.choose(TrainingPrecision.BFLOAT16, Devices.cpu(1)))
        .isEqualTo(Arithmetic.BFLOAT16);
    assertThatThrownBy(() -> Arithmetic.choose(TrainingPrecision.BFLOAT16, gpus("80", "75")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("recipe.precision")
        .hasMessageContaining("80, 75")
        .hasMessageContaining("set it to float32");
  }

  private static Devices gpus(String... capabilities) {
    return new Devices(1, List.of(capabilities));
  }

  @Test
  void operandsHaveEightSignificantBitsAndTheExponentsOfFloats() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = manager.create(new float[] {1 + 1 / 128f, 1 + 1 / 512f, 1e38f, 1e-38f, -3});
      NDArray rounded = Arithmetic.BFLOAT16.result(Arithmetic.BFLOAT16.operand(x));
      float[] values = rounded.toFloatArray();
      assertThat(values[0]).isEqualTo(1 + 1 / 128f);
      assertThat(values[1]).isEqualTo(1);
      assertThat(values[2]).isBetween(0.99e38f, 1.01e38f);
      assertThat(values[3]).isBetween(0.99e-38f, 1.01e-38f);
      assertThat(values[4]).isEqualTo(-3);
      assertThat(rounded.getManager()).isSameAs(manager);
      assertThat(Arithmetic.FLOAT32.operand(x)).isSameAs(x);
      assertThat(Arithmetic.FLOAT32.result(x)).isSameAs(x);
    }
  }

  @Test
  void gradientsPassThroughTheCasts() {
    try (NDManager manager = NDManager.newBaseManager()) {
      // More calls than the engine takes to profile a module and to optimize it.
      for (int call = 0; call < 5; call++) {
        NDArray x = manager.create(new float[] {1, 2, 3 + call});
        x.setRequiresGradient(true);
        try (GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
          NDArray y = Arithmetic.BFLOAT16.operand(x);
          gradients.backward(Arithmetic.BFLOAT16.result(y.mul(y)).sum());
        }
        assertThat(x.getGradient().toFloatArray()).containsExactly(2, 4, 2 * (3 + call));
      }
    }
  }
}
