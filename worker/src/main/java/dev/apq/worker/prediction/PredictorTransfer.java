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

/**
 * Transfers the full-precision predictor to quantized policies (APQ, section 3.2): its weights are
 * the start, the layer that reads bit widths starts at zero, everything is fine-tuned on few
 * quantized samples.
 *
 * <p>Quality is judged by five-fold cross-validation, because a single held-out fifth of a hundred
 * samples says little, against two baselines on the same folds: the same network from scratch, and
 * the full-precision predictor untouched.
 */
public final class PredictorTransfer {
  private static final int FOLDS = 5;
  private static final long FOLD_ORDER = 0;
  private static final long SCRATCH_WEIGHTS = 1;
  private static final long FOLD_FIT = 2;
  private static final long FINAL = 3;

  private final Encoding encoding;
  private final PredictorSpec spec;
  private final RandomStream random;

  public PredictorTransfer(Encoding encoding, PredictorSpec spec, RandomStream random) {
    this.encoding = encoding;
    this.spec = spec;
    this.random = random;
  }

  /**
   * A transferred predictor.
   *
   * @param weights of the fit to all samples, by the names of the worker contract
   * @param transferred quality of transferred predictors on the fold each never saw
   * @param fromScratch quality of predictors of the same size that start from random weights
   * @param untouched quality of the full-precision predictor
   * @param epochs passes over the samples of the final fit: the median over the folds
   */
  public record Result(
      Map<String, FloatTensor> weights,
      Quality transferred,
      Quality fromScratch,
      Quality untouched,
      int epochs) {}

  /**
   * Transfers.
   *
   * @param fullPrecision weights of the full-precision predictor
   * @param samples quantized samples, at least 10
   */
  public Result transfer(Map<String, FloatTensor> fullPrecision, List<Sample> samples) {
    Examples all = Examples.of(encoding, samples);
    int[] order = IntStream.range(0, all.count()).toArray();
    random.at(FOLD_ORDER).shuffle(order);
    float[] transferred = new float[all.count()];
    float[] fromScratch = new float[all.count()];
    int[] epochs = new int[FOLDS];
    for (int fold = 0; fold < FOLDS; fold++) {
      int[] judging = part(order, fold, true);
      Examples training = all.at(part(order, fold, false));
      RandomStream stream = random.at(FOLD_FIT, fold);
      PredictorFit.Fitted fit = fit(start(fullPrecision), training, stream);
      epochs[fold] = fit.epochs();
      predict(fit.weights(), all, judging, transferred);
      Map<String, FloatTensor> scratch = scratch(training, fold);
      predict(fit(scratch, training, stream).weights(), all, judging, fromScratch);
    }
    float[] untouched = new float[all.count()];
    predict(fullPrecision, all, order, untouched);
    Arrays.sort(epochs);
    int chosen = epochs[FOLDS / 2];
    Map<String, FloatTensor> weights =
        new PredictorFit(chosen, rate()).fit(start(fullPrecision), all, random.at(FINAL)).weights();
    float[] measured = all.accuracies();
    return new Result(
        weights,
        Quality.of(transferred, measured),
        Quality.of(fromScratch, measured),
        Quality.of(untouched, measured),
        chosen);
  }

  private PredictorFit.Fitted fit(
      Map<String, FloatTensor> initial, Examples training, RandomStream stream) {
    return new PredictorFit(spec.epochs(), rate()).fitUntilBest(initial, training, stream);
  }

  private double rate() {
    return Double.parseDouble(spec.learningRate());
  }

  private Map<String, FloatTensor> start(Map<String, FloatTensor> fullPrecision) {
    return PredictorWeights.withBits(fullPrecision, encoding);
  }

  private Map<String, FloatTensor> scratch(Examples training, int fold) {
    return PredictorWeights.withBits(
        PredictorWeights.fresh(
            encoding, spec.hiddenSize(), training.mean(), random.at(SCRATCH_WEIGHTS, fold)),
        encoding);
  }

  /** The samples of a fold, or all others. */
  private static int[] part(int[] order, int fold, boolean inside) {
    return IntStream.range(0, order.length)
        .filter(position -> (position % FOLDS == fold) == inside)
        .map(position -> order[position])
        .toArray();
  }

  private static void predict(
      Map<String, FloatTensor> weights, Examples all, int[] indices, float[] target) {
    try (NDManager manager = NDManager.newBaseManager();
        PredictorNetwork network = new PredictorNetwork(weights, manager)) {
      float[] predictions = network.predictions(all.at(indices));
      for (int i = 0; i < indices.length; i++) {
        target[indices[i]] = predictions[i];
      }
    }
  }
}
