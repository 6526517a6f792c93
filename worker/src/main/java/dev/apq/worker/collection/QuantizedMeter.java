package dev.apq.worker.collection;

import ai.djl.ndarray.NDManager;
import dev.apq.core.contract.QuantizationSpec;
import dev.apq.core.policy.Architecture;
import dev.apq.core.policy.Policy;
import dev.apq.core.random.RandomStream;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.quantization.FakeQuantization;
import dev.apq.worker.quantization.QuantizationAwareTraining;
import dev.apq.worker.supernet.ElasticNetwork;
import dev.apq.worker.supernet.Extraction;
import dev.apq.worker.supernet.Precision;
import dev.apq.worker.supernet.SubnetMeter;
import java.util.Objects;

/**
 * Measures a quantized policy: clipping thresholds are calibrated, its subnet is optionally cut out
 * of the supernet and fine-tuned with the quantizers active, and it is measured after batch
 * normalization has been recalibrated with the quantizers active.
 */
public final class QuantizedMeter {
  /** Training images of a fine-tuning step. */
  public static final int FINETUNE_BATCH = 64;

  private final ElasticNetwork supernet;
  private final Dataset dataset;
  private final SubnetMeter meter;
  private final QuantizationSpec spec;
  private final QuantizationAwareTraining.Settings finetuning;

  /**
   * @param finetuneSteps optimizer steps before measuring, 0 for none
   */
  public QuantizedMeter(
      ElasticNetwork supernet,
      Dataset dataset,
      SubnetMeter meter,
      QuantizationSpec spec,
      int finetuneSteps) {
    this.supernet = supernet;
    this.dataset = dataset;
    this.meter = meter;
    this.spec = spec;
    this.finetuning =
        new QuantizationAwareTraining.Settings(
            finetuneSteps, FINETUNE_BATCH, Double.parseDouble(spec.learningRate()));
  }

  /**
   * Accuracy of a policy, 0..1.
   *
   * @param policy with bit widths
   * @param random which training images fine-tune
   */
  public double accuracy(Policy policy, RandomStream random) {
    Architecture architecture = policy.architecture();
    FakeQuantization quantizers =
        new FakeQuantization(Objects.requireNonNull(policy.quantization()), spec.quantizer());
    if (finetuning.steps() == 0) {
      return meter.accuracy(supernet, architecture, quantizers.calibrating(), quantizers.frozen());
    }
    try (NDManager scope = supernet.parameters().scope()) {
      ElasticNetwork network = Extraction.extract(supernet, architecture, scope);
      quantizers.calibrate(network, architecture, meter.calibrationBatch());
      try (QuantizationAwareTraining training =
          new QuantizationAwareTraining(
              network, architecture, quantizers, dataset, finetuning, random)) {
        training.run(QuantizationAwareTraining.Continuation.TO_THE_END);
      }
      Precision recalibrating =
          quantizers.learnsThresholds() ? quantizers.frozen() : quantizers.calibrating();
      return meter.accuracy(network, architecture, recalibrating, quantizers.frozen());
    }
  }
}
