package dev.apq.worker.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.apq.core.artifact.FloatTensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdamWTest {
  private static final double RATE = 0.05;
  private static final double DECAY = 0.1;

  @Test
  void followsTheDefinition() {
    float[] start = {1, -2, 0.5f};
    double[] expected = {1, -2, 0.5};
    double[] mean = new double[3];
    double[] variance = new double[3];
    try (NDManager manager = NDManager.newBaseManager();
        Parameters weights = Parameters.of(Map.of("w", tensor(start)), manager);
        AdamW optimizer = AdamW.fresh(weights, (float) DECAY, name -> true, manager)) {
      weights.requireGradients();
      for (int step = 1; step <= 20; step++) {
        collectGradientOfCubes(weights);
        optimizer.step(step, RATE);
        for (int i = 0; i < 3; i++) {
          double gradient = 3 * expected[i] * expected[i];
          mean[i] = 0.9 * mean[i] + 0.1 * gradient;
          variance[i] = 0.999 * variance[i] + 0.001 * gradient * gradient;
          double corrected =
              mean[i]
                  / (1 - Math.pow(0.9, step))
                  / (Math.sqrt(variance[i] / (1 - Math.pow(0.999, step))) + 1e-8);
          expected[i] -= RATE * (corrected + DECAY * expected[i]);
        }
        float[] actual = weights.get("w").toFloatArray();
        for (int i = 0; i < 3; i++) {
          assertThat((double) actual[i]).as("step " + step).isCloseTo(expected[i], within(1e-4));
        }
      }
    }
  }

  @Test
  void doesNotDecayWhatIsExempt() {
    float[] start = {3};
    try (NDManager manager = NDManager.newBaseManager();
        Parameters weights = Parameters.of(Map.of("bias", tensor(start)), manager);
        AdamW optimizer = AdamW.fresh(weights, 0.5f, name -> !name.equals("bias"), manager)) {
      weights.requireGradients();
      try (GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
        gradients.backward(weights.get("bias").mul(0).sum());
      }
      optimizer.step(1, RATE);
      assertThat(weights.get("bias").toFloatArray()).containsExactly(3);
    }
  }

  private static void collectGradientOfCubes(Parameters weights) {
    try (GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
      gradients.backward(weights.get("w").pow(3).sum());
    }
  }

  private static FloatTensor tensor(float[] data) {
    return new FloatTensor(new int[] {data.length}, data.clone());
  }
}
