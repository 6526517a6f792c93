package dev.apq.worker.verification;

import ai.djl.ndarray.NDManager;
import dev.apq.core.contract.QuantizationSpec;
import dev.apq.core.contract.VerifyReport;
import dev.apq.core.contract.VerifySpec;
import dev.apq.core.policy.Architecture;
import dev.apq.core.policy.Policy;
import dev.apq.core.random.RandomStream;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.quantization.FakeQuantization;
import dev.apq.worker.quantization.QuantizationAwareTraining;
import dev.apq.worker.supernet.ElasticNetwork;
import dev.apq.worker.supernet.Extraction;
import dev.apq.worker.supernet.SubnetMeter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Cuts policies out of a supernet, calibrates them and fine-tunes them with quantization, with a
 * look at the validation images every so many steps. The weights of the best look are kept, also
 * when that was before the first step, and fine-tuning stops when looks no longer improve.
 */
public final class CandidateTuning {
  private final ElasticNetwork supernet;
  private final Dataset dataset;
  private final SubnetMeter meter;
  private final QuantizationSpec quantization;
  private final VerifySpec verify;
  private final ValidationMeter validation;
  private final QuantizationAwareTraining.Settings settings;

  /** Told about each step; ends the work by an exception. */
  @FunctionalInterface
  public interface Listener {
    /**
     * @param steps optimizer steps made
     * @param best highest accuracy on the validation images so far, 0..1
     */
    void step(int steps, double best);
  }

  /**
   * @param meter calibrates
   * @param batchSize training images a step
   */
  public CandidateTuning(
      ElasticNetwork supernet,
      Dataset dataset,
      SubnetMeter meter,
      QuantizationSpec quantization,
      VerifySpec verify,
      int batchSize) {
    this.supernet = supernet;
    this.dataset = dataset;
    this.meter = meter;
    this.quantization = quantization;
    this.verify = verify;
    this.validation = new ValidationMeter(dataset, meter, quantization, verify);
    this.settings =
        new QuantizationAwareTraining.Settings(
            verify.finetuneSteps(), batchSize, Double.parseDouble(verify.learningRate()));
  }

  /**
   * Fine-tunes a policy.
   *
   * @param random which training images each step sees
   * @throws dev.apq.worker.tensor.DivergedException if a loss or a gradient is not finite
   */
  public Tuning tune(Policy policy, RandomStream random, Listener listener) {
    Architecture architecture = policy.architecture();
    FakeQuantization quantizers =
        new FakeQuantization(
            Objects.requireNonNull(policy.quantization()), quantization.quantizer());
    try (NDManager scope = supernet.parameters().scope()) {
      ElasticNetwork network = Extraction.extract(supernet, architecture, scope);
      quantizers.calibrate(network, architecture, meter.calibrationBatch());
      Looks looks = new Looks(network, architecture, quantizers);
      looks.look(0);
      if (settings.steps() > 0) {
        try (QuantizationAwareTraining training =
            new QuantizationAwareTraining(
                network, architecture, quantizers, dataset, settings, random)) {
          training.run(
              (done, loss) -> {
                listener.step(done, looks.best().validation().accuracy());
                if (done % verify.evaluationInterval() != 0 && done != settings.steps()) {
                  return true;
                }
                training.settle();
                return looks.look(done);
              });
        }
      }
      return looks.best();
    }
  }

  /** The looks at the validation images and the best of them. */
  private final class Looks {
    private final ElasticNetwork network;
    private final Architecture architecture;
    private final FakeQuantization quantizers;
    private @Nullable Tuning best;
    private int withoutImprovement;

    Looks(ElasticNetwork network, Architecture architecture, FakeQuantization quantizers) {
      this.network = network;
      this.architecture = architecture;
      this.quantizers = quantizers;
    }

    /** Measures; false if it is time to stop. */
    boolean look(int steps) {
      VerifyReport.Measurement now = validation.measure(network, architecture, quantizers);
      if (best == null || now.correct() > best.validation().correct()) {
        best = new Tuning(TunedNetwork.of(network, quantizers), steps, now);
        withoutImprovement = 0;
      } else {
        withoutImprovement++;
      }
      return withoutImprovement < verify.patience();
    }

    Tuning best() {
      return Objects.requireNonNull(best, "there is a look before the first step");
    }
  }
}
