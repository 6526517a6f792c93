package dev.apq.worker.stage;

import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.worker.tensor.DivergedException;
import java.util.Objects;

/** Says what to change when a loss or its gradients are no numbers any more. */
final class Divergence {
  private static final String FINE_TUNING = "fine-tuning";

  private Divergence() {}

  /** The failure of a stage, with the fields that decide how far its steps go. */
  static StageException failure(StageContext context, DivergedException problem) {
    String work =
        switch (context.stage()) {
          case TRAIN -> "training";
          case TRAIN_PREDICTOR, TRANSFER -> "fitting the predictor";
          case COLLECT, COLLECT_QUANTIZED, VERIFY -> FINE_TUNING;
        };
    return failure(work, problem, remedy(context.stage(), context.spec()));
  }

  /** The failure of a command that fine-tunes as the collection does. */
  static StageException ofFineTuning(WorkerSpec spec, DivergedException problem) {
    return failure(FINE_TUNING, problem, remedy(Stage.COLLECT_QUANTIZED, spec));
  }

  /** The fields that decide how far the steps of a stage go, and what they are now. */
  static String remedy(Stage stage, WorkerSpec spec) {
    return switch (stage) {
      case TRAIN ->
          "lower recipe.learningRate (now "
              + spec.recipe().learningRate()
              + ") or raise recipe.warmupFraction (now "
              + spec.recipe().warmupFraction()
              + ")";
      case TRAIN_PREDICTOR, TRANSFER ->
          "lower predictor.learningRate (now " + spec.predictor().learningRate() + ")";
      case COLLECT, COLLECT_QUANTIZED ->
          "lower quantization.learningRate (now " + spec.quantization().learningRate() + ")";
      case VERIFY ->
          "lower spec.verify.learningRate (now "
              + Objects.requireNonNull(spec.verify()).learningRate()
              + "), or set spec.verify.finetuneSteps to 0";
    };
  }

  private static StageException failure(String work, DivergedException problem, String remedy) {
    return new StageException(
        ExitCode.BAD_SPEC, work + " diverged: " + problem.getMessage(), remedy, problem);
  }
}
