package dev.apq.worker.collection;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Quantization;
import dev.apq.core.random.RandomStream;
import dev.apq.worker.data.Batch;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.quantization.FakeQuantization;
import dev.apq.worker.supernet.ElasticNetwork;
import dev.apq.worker.supernet.Extraction;
import dev.apq.worker.supernet.Losses;
import dev.apq.worker.supernet.NetworkLayout;
import dev.apq.worker.supernet.Normalizer;
import dev.apq.worker.supernet.SubnetMeter;
import dev.apq.worker.supernet.SupernetTraining;
import dev.apq.worker.tensor.AdamW;
import dev.apq.worker.tensor.DivergedException;
import dev.apq.worker.tensor.LearningRate;
import java.util.Objects;

/**
 * Measures a quantized policy: its subnet is cut out of the supernet, its clipping thresholds are
 * calibrated, it is optionally fine-tuned with the quantizers active, and it is measured after
 * thresholds and batch normalization have been calibrated again.
 */
public final class QuantizedMeter {
  private static final double LEARNING_RATE = 1e-3;
  private static final int BATCH = 64;

  private final ElasticNetwork supernet;
  private final Dataset dataset;
  private final SubnetMeter meter;
  private final int finetuneSteps;

  /**
   * @param finetuneSteps optimizer steps before measuring, 0 for none
   */
  public QuantizedMeter(
      ElasticNetwork supernet, Dataset dataset, SubnetMeter meter, int finetuneSteps) {
    this.supernet = supernet;
    this.dataset = dataset;
    this.meter = meter;
    this.finetuneSteps = finetuneSteps;
  }

  /**
   * Accuracy of a policy, 0..1.
   *
   * @param policy with bit widths
   * @param random which training images fine-tune
   */
  public double accuracy(Policy policy, RandomStream random) {
    Quantization quantization = Objects.requireNonNull(policy.quantization());
    FakeQuantization quantizers = new FakeQuantization(quantization);
    try (NDManager scope = supernet.parameters().scope()) {
      ElasticNetwork network = supernet;
      if (finetuneSteps > 0) {
        network = Extraction.extract(supernet, policy.architecture(), scope);
        finetune(network, policy, quantizers, random);
      }
      return meter.accuracy(
          network, policy.architecture(), quantizers.calibrating(), quantizers.frozen());
    }
  }

  private void finetune(
      ElasticNetwork network, Policy policy, FakeQuantization quantizers, RandomStream random) {
    calibrate(network, policy, quantizers);
    network.parameters().requireGradients();
    LearningRate rates = new LearningRate(LEARNING_RATE, 0, finetuneSteps);
    try (NDManager state = network.parameters().scope()) {
      AdamW optimizer = AdamW.fresh(network.parameters(), 0, NetworkLayout::decays, state);
      for (int step = 0; step < finetuneSteps; step++) {
        finetuneStep(network, policy, quantizers, random.at(step), step, rates.at(step));
        optimizer.step(step + 1, rates.at(step));
      }
    }
  }

  private void calibrate(ElasticNetwork network, Policy policy, FakeQuantization quantizers) {
    try (NDManager scope = network.parameters().scope()) {
      network.logits(
          policy.architecture(),
          SupernetTraining.images(meter.calibrationBatch(), scope),
          quantizers.calibrating(),
          Normalizer.batchStatistics());
    }
  }

  private void finetuneStep(
      ElasticNetwork network,
      Policy policy,
      FakeQuantization quantizers,
      RandomStream random,
      int step,
      double rate) {
    int[] indices = new int[BATCH];
    for (int i = 0; i < BATCH; i++) {
      indices[i] = random.nextInt(dataset.train().count());
    }
    Batch batch = dataset.batch(dataset.train(), indices);
    try (NDManager scope = network.parameters().scope();
        GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
      NDArray logits =
          network.logits(
              policy.architecture(),
              SupernetTraining.images(batch, scope),
              quantizers.training(),
              Normalizer.batchStatistics());
      NDArray targets = Losses.targets(scope, batch.labels(), dataset.classes(), 0);
      NDArray loss = Losses.crossEntropy(logits, targets);
      if (!Float.isFinite(loss.getFloat())) {
        throw new DivergedException(step, rate);
      }
      gradients.backward(loss);
    }
  }
}
