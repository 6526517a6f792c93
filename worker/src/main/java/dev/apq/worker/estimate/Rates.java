package dev.apq.worker.estimate;

import dev.apq.core.contract.RecipeSpec;
import java.util.List;

/**
 * What was measured. Times are CPU seconds of the process where there is no GPU, and seconds by the
 * clock where there is one.
 *
 * @param training seconds an image, for each of {@link RecipeSpec#effectivePhases()}: of the
 *     largest subnet and all its students
 * @param calibration seconds an image to recalibrate batch normalization
 * @param evaluation seconds an image to classify it in full precision
 * @param quantizedCalibration the same with thresholds being chosen
 * @param quantizedEvaluation the same with quantizers active
 * @param finetuning seconds an image of a quantization-aware fine-tuning step
 * @param decoding CPU seconds to decode an image; 0 if images are decoded once or never
 * @param predictor seconds to show the predictor one sample, forward and backward
 * @param trainingMemory by images a step
 * @param measuringMemory by images at once, in full precision
 * @param quantizedMemory by images at once, with thresholds being chosen
 * @param finetuningMemory by images a step
 */
public record Rates(
    List<Double> training,
    double calibration,
    double evaluation,
    double quantizedCalibration,
    double quantizedEvaluation,
    double finetuning,
    double decoding,
    double predictor,
    MemoryLine trainingMemory,
    MemoryLine measuringMemory,
    MemoryLine quantizedMemory,
    MemoryLine finetuningMemory) {

  public Rates {
    training = List.copyOf(training);
  }
}
