package dev.apq.worker.prediction;

import ai.djl.ndarray.NDManager;
import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.contract.PredictorSpec;
import dev.apq.core.contract.Sample;
import dev.apq.core.policy.Encoding;
import dev.apq.core.random.RandomStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Trains the full-precision predictor and says how good it is on samples it never saw. */
public final class PredictorTraining {
  private static final int HELD_OUT_SHARE = 5;
  private static final long SPLIT = 0;
  private static final long WEIGHTS = 1;
  private static final long SEARCH = 2;
  private static final long FINAL = 3;

  private final Encoding encoding;
  private final PredictorSpec spec;
  private final RandomStream random;

  public PredictorTraining(Encoding encoding, PredictorSpec spec, RandomStream random) {
    this.encoding = encoding;
    this.spec = spec;
    this.random = random;
  }

  /**
   * A trained predictor.
   *
   * @param weights by the names of the worker contract
   * @param quality on the held-out samples
   * @param epochs passes over the samples, chosen by early stopping
   */
  public record Result(Map<String, FloatTensor> weights, Quality quality, int epochs) {}

  /**
   * Trains on four fifths of the samples and judges on the rest. Early stopping, on a part of the
   * training samples, says for how many epochs; then all training samples are used.
   *
   * @param samples at least 10
   */
  public Result train(List<Sample> samples) {
    Examples all = Examples.of(encoding, samples);
    int[] order = IntStream.range(0, all.count()).toArray();
    random.at(SPLIT).shuffle(order);
    int heldOut = Math.max(1, order.length / HELD_OUT_SHARE);
    Examples judging = all.at(Arrays.copyOfRange(order, 0, heldOut));
    Examples training = all.at(Arrays.copyOfRange(order, heldOut, order.length));
    Map<String, FloatTensor> initial =
        PredictorWeights.fresh(encoding, spec.hiddenSize(), training.mean(), random.at(WEIGHTS));
    double rate = Double.parseDouble(spec.learningRate());
    int epochs =
        new PredictorFit(spec.epochs(), rate)
            .fitUntilBest(initial, training, random.at(SEARCH))
            .epochs();
    Map<String, FloatTensor> weights =
        new PredictorFit(epochs, rate).fit(initial, training, random.at(FINAL)).weights();
    return new Result(weights, judge(weights, judging), epochs);
  }

  private static Quality judge(Map<String, FloatTensor> weights, Examples examples) {
    try (NDManager manager = NDManager.newBaseManager();
        PredictorNetwork network = new PredictorNetwork(weights, manager)) {
      return Quality.of(network.predictions(examples), examples.accuracies());
    }
  }
}
