package dev.apq.worker.stage;

import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.worker.tensor.DivergedException;

/** Says what to change when a loss or its gradients are no numbers any more. */
final class Divergence {
  private Divergence() {}

  /** The failure, with the fields that decide how far the steps of the stage go. */
  static StageException failure(StageContext context, DivergedException problem) {
    WorkerSpec spec = context.spec();
    String work =
        switch (context.stage()) {
          case TRAIN -> "training";
          case TRAIN_PREDICTOR, TRANSFER -> "fitting the predictor";
          case COLLECT, COLLECT_QUANTIZED, VERIFY -> "fine-tuning";
        };
    String remedy =
        switch (context.stage()) {
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
          case VERIFY -> "lower verify.learningRate";
        };
    return new StageException(
        ExitCode.BAD_SPEC, work + " diverged: " + problem.getMessage(), remedy, problem);
  }
}
