package dev.apq.worker.verification;

import ai.djl.ndarray.NDManager;
import dev.apq.core.contract.QuantizationSpec;
import dev.apq.core.contract.VerifyReport;
import dev.apq.core.contract.VerifySpec;
import dev.apq.core.policy.Architecture;
import dev.apq.core.policy.Policy;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.quantization.FakeQuantization;
import dev.apq.worker.supernet.ElasticNetwork;
import dev.apq.worker.supernet.Normalizer;
import dev.apq.worker.supernet.Precision;
import dev.apq.worker.supernet.SubnetMeter;

/**
 * Measures candidates on the validation images, by which one of them is chosen.
 *
 * @param dataset whose validation images count and whose training images calibrate
 * @param meter calibrates
 * @param quantization how weights and activations are quantized
 * @param verify how many images count
 */
public record ValidationMeter(
    Dataset dataset, SubnetMeter meter, QuantizationSpec quantization, VerifySpec verify) {

  /** Accuracy of a subnet as it is, with batch normalization recalibrated. */
  VerifyReport.Measurement measure(
      ElasticNetwork network, Architecture architecture, FakeQuantization quantizers) {
    Precision calibrating =
        quantizers.learnsThresholds() ? quantizers.frozen() : quantizers.calibrating();
    int images = Math.min(verify.evaluationImages(), dataset.validation().count());
    try (NDManager scope = network.parameters().scope()) {
      Normalizer statistics = meter.statistics(network, architecture, calibrating, scope).frozen();
      int correct =
          meter.correct(
              network, architecture, quantizers.frozen(), statistics, dataset.validation(), images);
      return new VerifyReport.Measurement(correct, images);
    }
  }

  /** Accuracy of a network that was kept. */
  public VerifyReport.Measurement measure(
      TunedNetwork tuned, Policy policy, SearchSpace space, NDManager manager) {
    try (NDManager scope = manager.newSubManager()) {
      return measure(
          tuned.network(space, scope),
          policy.architecture(),
          tuned.quantizers(policy, quantization.quantizer()));
    }
  }
}
