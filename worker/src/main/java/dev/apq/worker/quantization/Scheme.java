package dev.apq.worker.quantization;

import dev.apq.core.contract.Quantizer;

/**
 * What makes up a quantizer.
 *
 * @param criterion how clipping thresholds are calibrated
 * @param perChannel whether each output channel of a weight has a threshold of its own
 * @param learned which thresholds fine-tuning moves
 */
record Scheme(ClipCriterion criterion, boolean perChannel, Learned learned) {

  /** Thresholds that fine-tuning moves. */
  enum Learned {
    /** None. */
    NOTHING,
    /** Those of activations, by the clipped values (PACT, Choi et al. 2018). */
    ACTIVATION_CLIPS,
    /** All, by clipping and rounding errors (LSQ, Esser et al., ICLR 2020). */
    STEP_SIZES
  }

  static Scheme of(Quantizer quantizer) {
    return switch (quantizer) {
      case PAPER -> new Scheme(ClipCriterion.DIVERGENCE, false, Learned.ACTIVATION_CLIPS);
      case PER_CHANNEL -> new Scheme(ClipCriterion.SQUARED_ERROR, true, Learned.STEP_SIZES);
      case PER_TENSOR -> new Scheme(ClipCriterion.SQUARED_ERROR, false, Learned.NOTHING);
    };
  }
}
