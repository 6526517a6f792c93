package dev.apq.worker.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.apq.worker.tensor.Garbage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LossesTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void smoothingTakesFromTheLabelAndGivesToAllClasses() {
    float[] targets = Losses.targets(manager, new int[] {2, 0}, 4, 0.1f).toFloatArray();
    assertThat(targets)
        .containsExactly(
            new float[] {0.025f, 0.025f, 0.925f, 0.025f, 0.925f, 0.025f, 0.025f, 0.025f},
            within(1e-7f));
    assertThat(Losses.targets(manager, new int[] {1}, 2, 0).toFloatArray()).containsExactly(0, 1);
  }

  @Test
  void crossEntropyIsTheMeanOverTheBatch() {
    float[][] scores = {{1, 2, -1}, {0, 0.5f, 3}};
    NDArray logits =
        manager.create(new float[] {1, 2, -1, 0, 0.5f, 3}, new Shape(scores.length, 3));
    NDArray targets = Losses.targets(manager, new int[] {0, 2}, 3, 0.3f);
    double expected = 0;
    int[] labels = {0, 2};
    for (int row = 0; row < scores.length; row++) {
      double sum = 0;
      for (float score : scores[row]) {
        sum += Math.exp(score);
      }
      for (int c = 0; c < 3; c++) {
        double share = (c == labels[row] ? 0.7 : 0) + 0.1;
        expected -= share * (scores[row][c] - Math.log(sum)) / scores.length;
      }
    }
    assertThat((double) Losses.crossEntropy(logits, targets).getFloat())
        .isCloseTo(expected, within(1e-6));
  }

  @Test
  void theGradientOutlivesGarbage() {
    NDArray logits = manager.zeros(new Shape(3, 2));
    logits.setRequiresGradient(true);
    NDArray targets = Losses.targets(manager, new int[] {0, 1, 1}, 2, 0);
    try (var gradients = Engine.getInstance().newGradientCollector()) {
      NDArray loss = Losses.crossEntropy(logits, targets);
      Garbage.collect();
      gradients.backward(loss);
    }
    float each = 0.5f / 3;
    assertThat(logits.getGradient().toFloatArray())
        .containsExactly(new float[] {-each, each, each, -each, each, -each}, within(1e-7f));
  }

  @Test
  void theTeacherIsADistributionThatLearnsNothing() {
    NDArray logits = manager.create(new float[] {0, (float) Math.log(3)}, new Shape(1, 2));
    logits.setRequiresGradient(true);
    NDArray student = manager.create(new float[] {1, 0}, new Shape(1, 2));
    student.setRequiresGradient(true);
    try (var gradients = Engine.getInstance().newGradientCollector()) {
      NDArray lesson = Losses.teacher(logits);
      assertThat(lesson.toFloatArray()).containsExactly(new float[] {0.25f, 0.75f}, within(1e-6f));
      gradients.backward(Losses.crossEntropy(student, lesson));
    }
    assertThat(student.getGradient().toFloatArray()[0]).isPositive();
    assertThat(logits.getGradient().toFloatArray()).containsOnly(0);
  }
}
