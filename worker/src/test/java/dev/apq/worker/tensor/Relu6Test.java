package dev.apq.worker.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import org.junit.jupiter.api.Test;

class Relu6Test {
  @Test
  void clipsAndPassesTheGradientBetweenTheClips() {
    try (NDManager manager = NDManager.newBaseManager()) {
      // More calls than the engine takes to profile a module and to optimize it.
      for (int call = 0; call < 5; call++) {
        NDArray x = manager.create(new float[] {-2, 0.5f, 5.5f, 7, Float.NaN}, new Shape(5, 1));
        x.setRequiresGradient(true);
        try (GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
          NDArray y = Relu6.of(x);
          assertThat(y.toFloatArray()).containsExactly(0, 0.5f, 5.5f, 6, Float.NaN);
          assertThat(y.getShape()).isEqualTo(x.getShape());
          assertThat(y.getManager()).isSameAs(manager);
          gradients.backward(y.mul(3).sum());
        }
        assertThat(x.getGradient().toFloatArray()).startsWith(0, 3, 3, 0);
      }
    }
  }

  @Test
  void recordsNoGradientWhereNoneIsWanted() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray y = Relu6.of(manager.create(new float[] {1, 8}));
      assertThat(y.hasGradient()).isFalse();
      assertThat(y.toFloatArray()).containsExactly(1, 6);
    }
  }
}
