package dev.apq.core.contract;

import dev.apq.core.predictor.EnsembleWeights;

/**
 * Size and training of the accuracy predictor.
 *
 * @param hiddenSize units of each of the three hidden layers; 400 in the paper
 * @param epochs passes over the samples, at most
 * @param learningRate Adam's learning rate, a decimal string
 * @param patience passes without a smaller error on held-out samples before training stops
 * @param ensemble networks that are trained; their mean is the prediction
 */
public record PredictorSpec(
    int hiddenSize, int epochs, String learningRate, int patience, int ensemble) {

  /**
   * @throws IllegalArgumentException naming a field that is missing or out of range
   */
  public PredictorSpec {
    Ranges.within("predictor.hiddenSize", hiddenSize, 1, 4096);
    Ranges.within("predictor.epochs", epochs, 1, 1_000_000);
    Ranges.decimal("predictor.learningRate", learningRate, 0, 10);
    Ranges.within("predictor.patience", patience, 1, 1_000_000);
    Ranges.within("predictor.ensemble", ensemble, 1, EnsembleWeights.MAX_MEMBERS);
  }
}
