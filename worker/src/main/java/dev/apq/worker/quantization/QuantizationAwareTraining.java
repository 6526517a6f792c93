package dev.apq.worker.quantization;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.apq.core.policy.Architecture;
import dev.apq.core.random.RandomStream;
import dev.apq.worker.data.Batch;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.supernet.ElasticNetwork;
import dev.apq.worker.supernet.Losses;
import dev.apq.worker.supernet.NetworkLayout;
import dev.apq.worker.supernet.Normalizer;
import dev.apq.worker.supernet.SupernetTraining;
import dev.apq.worker.tensor.AdamW;
import dev.apq.worker.tensor.DivergedException;
import dev.apq.worker.tensor.Gradients;
import dev.apq.worker.tensor.LearningRate;

/**
 * Fine-tunes a subnet with its quantizers active: weights, batch normalization and the thresholds
 * that the quantizer learns. Steps are pure functions of the state, the stream and their number.
 */
public final class QuantizationAwareTraining implements AutoCloseable {
  private final ElasticNetwork network;
  private final Architecture architecture;
  private final Dataset dataset;
  private final Settings settings;
  private final RandomStream random;
  private final LearningRate rates;
  private final NDManager state;
  private final LearnedQuantization quantizers;
  private final AdamW weights;
  private final AdamW thresholds;

  /**
   * How long and how fast.
   *
   * @param steps optimizer steps, at most
   * @param batchSize training images a step
   * @param learningRate at the first step; falls to zero along half a cosine
   */
  public record Settings(int steps, int batchSize, double learningRate) {}

  /** Asked after each step. */
  @FunctionalInterface
  public interface Continuation {
    /** Always. */
    Continuation TO_THE_END = (stepsDone, loss) -> true;

    /**
     * Whether to go on. Early stopping measures here, after {@link #settle()}.
     *
     * @param stepsDone steps made so far
     * @param loss cross entropy of the last one's batch
     */
    boolean goesOn(int stepsDone, float loss);
  }

  /**
   * @param network trained in place: a network of its own, as long as the supernet is still needed
   * @param quantizers calibrated; of the policy that is fine-tuned
   * @param random which training images each step sees
   */
  public QuantizationAwareTraining(
      ElasticNetwork network,
      Architecture architecture,
      FakeQuantization quantizers,
      Dataset dataset,
      Settings settings,
      RandomStream random) {
    this.network = network;
    this.architecture = architecture;
    this.dataset = dataset;
    this.settings = settings;
    this.random = random;
    this.rates = new LearningRate(settings.learningRate(), 0, settings.steps());
    network.parameters().requireGradients();
    this.state = network.parameters().scope();
    this.quantizers = quantizers.learning(state);
    this.weights = AdamW.fresh(network.parameters(), 0, NetworkLayout::decays, state);
    this.thresholds = AdamW.fresh(this.quantizers.exponents(), 0, name -> false, state);
  }

  /**
   * Makes the steps and settles the thresholds.
   *
   * @return steps made
   * @throws DivergedException if a loss or a gradient is not finite
   */
  public int run(Continuation continuation) {
    int step = 0;
    boolean goesOn = true;
    while (goesOn && step < settings.steps()) {
      float loss = step(step);
      step++;
      goesOn = continuation.goesOn(step, loss);
    }
    settle();
    return step;
  }

  /** Lets the quantizers that were passed in use the thresholds learned so far. */
  public void settle() {
    quantizers.settle();
  }

  private float step(int step) {
    Batch batch = batch(random.at(step));
    double rate = rates.at(step);
    float value;
    try (NDManager scope = network.parameters().scope();
        GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
      NDArray logits =
          network.logits(
              architecture,
              SupernetTraining.images(batch, scope),
              quantizers,
              Normalizer.batchStatistics());
      NDArray targets = Losses.targets(scope, batch.labels(), dataset.classes(), 0);
      NDArray loss = Losses.crossEntropy(logits, targets);
      value = loss.getFloat();
      if (!Float.isFinite(value)) {
        throw new DivergedException(step, rate);
      }
      gradients.backward(loss);
    }
    Gradients.requireFinite(network.parameters(), step, rate);
    Gradients.requireFinite(quantizers.exponents(), step, rate);
    weights.step(step + 1, rate);
    thresholds.step(step + 1, rate);
    return value;
  }

  private Batch batch(RandomStream stream) {
    int[] indices = new int[settings.batchSize()];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = stream.nextInt(dataset.train().count());
    }
    return dataset.batch(dataset.train(), indices);
  }

  @Override
  public void close() {
    state.close();
  }
}
