package dev.apq.core.contract;

/**
 * Size and training of the accuracy predictor.
 *
 * @param hiddenSize units of each of the three hidden layers; 400 in the paper
 * @param epochs passes over the samples
 * @param learningRate Adam's learning rate, a decimal string
 */
public record PredictorSpec(int hiddenSize, int epochs, String learningRate) {

  /**
   * @throws IllegalArgumentException naming a field that is missing or out of range
   */
  public PredictorSpec {
    Ranges.within("predictor.hiddenSize", hiddenSize, 1, 4096);
    Ranges.within("predictor.epochs", epochs, 1, 1_000_000);
    Ranges.decimal("predictor.learningRate", learningRate, 0, 10);
  }
}
