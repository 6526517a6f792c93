package dev.apq.study.transfer;

import java.util.List;

/**
 * How the transfer of the predictor is measured.
 *
 * @param sampleSizes quantized samples to fit to, ascending
 * @param heldOut quantized samples that nothing is ever fitted to; the last ones of the collection
 * @param splits repetitions, each with its own full-precision predictor and its own choice of
 *     samples
 * @param labels kinds of labels: optimizer steps before a quantized sample is measured, 0 for none
 */
public record TransferPlan(
    List<Integer> sampleSizes, int heldOut, int splits, List<Integer> labels) {

  /**
   * @throws IllegalArgumentException naming a field that is missing or out of range
   */
  public TransferPlan {
    if (sampleSizes == null || sampleSizes.isEmpty() || labels == null || labels.isEmpty()) {
      throw new IllegalArgumentException("transfer: needs sampleSizes and labels");
    }
    if (heldOut < 2 || splits < 2) {
      throw new IllegalArgumentException("transfer: heldOut and splits must be at least 2");
    }
    sampleSizes = List.copyOf(sampleSizes);
    labels = List.copyOf(labels);
    for (int i = 1; i < sampleSizes.size(); i++) {
      if (sampleSizes.get(i) <= sampleSizes.get(i - 1)) {
        throw new IllegalArgumentException("transfer.sampleSizes: must ascend");
      }
    }
  }
}
