package dev.apq.worker.prediction;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.contract.PredictorSpec;
import dev.apq.core.random.RandomStream;
import dev.apq.worker.tensor.AdamW;
import dev.apq.worker.tensor.DivergedException;
import dev.apq.worker.tensor.Gradients;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Fits a predictor to examples: Adam on the mean squared error, as the sister predictor of
 * once-for-all (learning rate 1e-3, weight decay 1e-4).
 *
 * @param epochs passes over the examples, at most
 * @param learningRate Adam's learning rate
 * @param patience passes without improvement before fitting stops
 * @param afterEpoch told of each pass; ends the work by an exception
 */
record PredictorFit(int epochs, double learningRate, int patience, Runnable afterEpoch) {
  private static final float WEIGHT_DECAY = 1e-4f;
  private static final int STOPPING_SHARE = 6;
  private static final int MAX_BATCH = 512;
  private static final int MIN_BATCH = 16;
  private static final int BATCHES = 8;
  private static final long SPLIT = 0;
  private static final long ORDER = 1;

  /**
   * A fitted predictor.
   *
   * @param weights its weights
   * @param epochs passes over the examples it took
   */
  record Fitted(Map<String, FloatTensor> weights, int epochs) {}

  /** As a specification says. */
  static PredictorFit of(PredictorSpec spec, Runnable afterEpoch) {
    return new PredictorFit(
        spec.epochs(), Double.parseDouble(spec.learningRate()), spec.patience(), afterEpoch);
  }

  /** The same for another number of epochs. */
  PredictorFit withEpochs(int others) {
    return new PredictorFit(others, learningRate, patience, afterEpoch);
  }

  /** Fits to all examples, for exactly {@link #epochs()}. */
  Fitted fit(Map<String, FloatTensor> initial, Examples examples, RandomStream random) {
    try (NDManager manager = NDManager.newBaseManager();
        PredictorNetwork network = new PredictorNetwork(initial, manager);
        AdamW optimizer = optimizer(network, manager)) {
      for (int epoch = 0; epoch < epochs; epoch++) {
        epoch(network, optimizer, examples, epoch, random);
      }
      return new Fitted(network.parameters().toTensors(), epochs);
    }
  }

  /**
   * Fits to most of the examples and stops when the error on the rest (a sixth) has not improved
   * for {@link #patience()} epochs; the weights are those of the best epoch.
   */
  Fitted fitUntilBest(Map<String, FloatTensor> initial, Examples examples, RandomStream random) {
    int[] order = IntStream.range(0, examples.count()).toArray();
    random.at(SPLIT).shuffle(order);
    int rest = Math.max(1, order.length / STOPPING_SHARE);
    Examples stopping = examples.at(Arrays.copyOfRange(order, 0, rest));
    Examples fitting = examples.at(Arrays.copyOfRange(order, rest, order.length));
    try (NDManager manager = NDManager.newBaseManager();
        PredictorNetwork network = new PredictorNetwork(initial, manager);
        AdamW optimizer = optimizer(network, manager)) {
      Fitted best = new Fitted(initial, 0);
      double least = error(network, stopping);
      for (int epoch = 0; epoch < epochs && epoch - best.epochs() < patience; epoch++) {
        epoch(network, optimizer, fitting, epoch, random);
        double error = error(network, stopping);
        if (error < least) {
          least = error;
          best = new Fitted(network.parameters().toTensors(), epoch + 1);
        }
      }
      return best;
    }
  }

  private static AdamW optimizer(PredictorNetwork network, NDManager manager) {
    network.parameters().requireGradients();
    return AdamW.fresh(network.parameters(), WEIGHT_DECAY, PredictorWeights::decays, manager);
  }

  private void epoch(
      PredictorNetwork network,
      AdamW optimizer,
      Examples examples,
      int epoch,
      RandomStream random) {
    int count = examples.count();
    int batch = Math.min(count, Math.max(MIN_BATCH, Math.min(MAX_BATCH, count / BATCHES)));
    int steps = count / batch;
    int[] order = IntStream.range(0, count).toArray();
    random.at(ORDER, epoch).shuffle(order);
    for (int i = 0; i < steps; i++) {
      Examples some = examples.at(Arrays.copyOfRange(order, i * batch, (i + 1) * batch));
      step(network, optimizer, some, epoch * steps + i);
    }
    afterEpoch.run();
  }

  private void step(PredictorNetwork network, AdamW optimizer, Examples batch, int step) {
    try (NDManager scope = network.parameters().scope();
        GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
      NDArray loss = network.predict(batch, scope).sub(batch.targets(scope)).square().mean();
      if (!Float.isFinite(loss.getFloat())) {
        throw new DivergedException(step, learningRate);
      }
      gradients.backward(loss);
    }
    Gradients.requireFinite(network.parameters(), step, learningRate);
    optimizer.step(step + 1, learningRate);
  }

  private static double error(PredictorNetwork network, Examples examples) {
    return Quality.rmse(network.predictions(examples), examples.accuracies());
  }
}
