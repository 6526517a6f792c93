package dev.apq.worker.prediction;

import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.contract.PredictorSpec;
import dev.apq.core.contract.Sample;
import dev.apq.core.policy.Encoding;
import dev.apq.core.random.RandomStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Transfers the full-precision predictor to quantized policies (APQ, section 3.2): its weights are
 * the start, the layer that reads bit widths starts at zero, everything is fine-tuned on few
 * quantized samples. Of an ensemble, each network is transferred.
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
  private final Runnable afterEpoch;

  public PredictorTransfer(Encoding encoding, PredictorSpec spec, RandomStream random) {
    this(encoding, spec, random, () -> {});
  }

  /**
   * @param afterEpoch told of each pass over the samples; ends the work by an exception
   */
  public PredictorTransfer(
      Encoding encoding, PredictorSpec spec, RandomStream random, Runnable afterEpoch) {
    this.encoding = encoding;
    this.spec = spec;
    this.random = random;
    this.afterEpoch = afterEpoch;
  }

  /** Passes over the samples at most: two fits in each fold, and the last one. */
  public static int mostEpochs(PredictorSpec spec) {
    return (2 * FOLDS + 1) * spec.ensemble() * spec.epochs();
  }

  /**
   * A transferred predictor, and what each way predicts for samples it never saw.
   *
   * @param members weights of each network of the fit to all samples, by the names of the worker
   *     contract
   * @param byTransfer predictions of transferred predictors for the fold each never saw
   * @param byScratch of predictors of the same size that start from random weights
   * @param byUntouched of the full-precision predictor
   * @param epochs passes over the samples of the final fit, the most of all networks
   */
  public record Result(
      List<Map<String, FloatTensor>> members,
      Predictions byTransfer,
      Predictions byScratch,
      Predictions byUntouched,
      int epochs) {

    /** Quality of the transferred predictors. */
    public Quality transferred() {
      return byTransfer.quality();
    }

    /** Quality of the predictors from scratch. */
    public Quality fromScratch() {
      return byScratch.quality();
    }

    /** Quality of the full-precision predictor. */
    public Quality untouched() {
      return byUntouched.quality();
    }
  }

  /**
   * Transfers.
   *
   * @param fullPrecision weights of each network of the full-precision predictor
   * @param samples quantized samples, at least 10
   */
  public Result transfer(List<Map<String, FloatTensor>> fullPrecision, List<Sample> samples) {
    Examples all = Examples.of(encoding, samples);
    int[] order = order(all);
    List<List<PredictorFit.Fitted>> transferred = new ArrayList<>();
    List<List<PredictorFit.Fitted>> scratch = new ArrayList<>();
    List<Map<String, FloatTensor>> members = new ArrayList<>();
    int most = 0;
    for (int i = 0; i < fullPrecision.size(); i++) {
      int member = i;
      Map<String, FloatTensor> start = untouched(fullPrecision.get(member));
      transferred.add(fitFolds((training, fold) -> start, all, order, member));
      scratch.add(
          fitFolds((training, fold) -> scratch(training, fold, member), all, order, member));
      PredictorFit.Fitted fitted = fitToAll(start, all, transferred.get(member), member);
      most = Math.max(most, fitted.epochs());
      members.add(fitted.weights());
    }
    float[] byTransfer = new float[all.count()];
    float[] byScratch = new float[all.count()];
    for (int fold = 0; fold < FOLDS; fold++) {
      int[] judging = part(order, fold, true);
      predict(ofFold(transferred, fold), all, judging, byTransfer);
      predict(ofFold(scratch, fold), all, judging, byScratch);
    }
    float[] untouched = new float[all.count()];
    predict(fullPrecision, all, order, untouched);
    return new Result(
        members,
        new Predictions(byTransfer, all.accuracies()),
        new Predictions(byScratch, all.accuracies()),
        new Predictions(untouched, all.accuracies()),
        most);
  }

  /**
   * The network that {@link #transfer} makes of a single one, without a judgement.
   *
   * @param samples quantized samples, at least 10
   * @return its weights
   */
  public Map<String, FloatTensor> fitTransferred(
      Map<String, FloatTensor> fullPrecision, List<Sample> samples) {
    return fitByFolds((training, fold) -> untouched(fullPrecision), samples);
  }

  /** As {@link #fitTransferred}, but from random weights: the baseline. */
  public Map<String, FloatTensor> fitFromScratch(List<Sample> samples) {
    return fitByFolds((training, fold) -> scratch(training, fold, 0), samples);
  }

  /** The full-precision predictor in a form that accepts bit widths and ignores them. */
  public Map<String, FloatTensor> untouched(Map<String, FloatTensor> fullPrecision) {
    return PredictorWeights.withBits(fullPrecision, encoding);
  }

  /** Where fits start. */
  private interface Start {
    /** Weights for a fit to {@code training}: a fold's, or with {@link #FOLDS} that to all. */
    Map<String, FloatTensor> of(Examples training, int fold);
  }

  private Map<String, FloatTensor> fitByFolds(Start start, List<Sample> samples) {
    Examples all = Examples.of(encoding, samples);
    List<PredictorFit.Fitted> folds = fitFolds(start, all, order(all), 0);
    return fitToAll(start.of(all, FOLDS), all, folds, 0).weights();
  }

  /** For each fold the fit to all others. */
  private List<PredictorFit.Fitted> fitFolds(Start start, Examples all, int[] order, int member) {
    List<PredictorFit.Fitted> folds = new ArrayList<>();
    for (int fold = 0; fold < FOLDS; fold++) {
      Examples training = all.at(part(order, fold, false));
      folds.add(
          PredictorFit.of(spec, afterEpoch)
              .fitUntilBest(start.of(training, fold), training, random.at(FOLD_FIT, fold, member)));
    }
    return folds;
  }

  private static List<Map<String, FloatTensor>> ofFold(
      List<List<PredictorFit.Fitted>> members, int fold) {
    return members.stream().map(folds -> folds.get(fold).weights()).toList();
  }

  /** The fit to all samples, for the median of the epochs that stopped the folds. */
  private PredictorFit.Fitted fitToAll(
      Map<String, FloatTensor> initial, Examples all, List<PredictorFit.Fitted> folds, int member) {
    PredictorFit.Fitted fitted =
        PredictorFit.of(spec, afterEpoch)
            .withEpochs(median(folds))
            .fit(initial, all, random.at(FINAL, member));
    // Where the last steps leave the level of all predictions is chance, with few samples points.
    return new PredictorFit.Fitted(centred(fitted.weights(), all), fitted.epochs());
  }

  /** The same predictor, shifted so that it predicts the samples right on average. */
  static Map<String, FloatTensor> centred(Map<String, FloatTensor> weights, Examples samples) {
    float[] predicted = PredictorNetwork.predictions(List.of(weights), samples);
    float[] measured = samples.accuracies();
    double excess = 0;
    for (int i = 0; i < predicted.length; i++) {
      excess += (double) predicted[i] - measured[i];
    }
    return PredictorWeights.lowered(weights, excess / predicted.length);
  }

  private int[] order(Examples all) {
    int[] order = IntStream.range(0, all.count()).toArray();
    random.at(FOLD_ORDER).shuffle(order);
    return order;
  }

  private Map<String, FloatTensor> scratch(Examples training, int fold, int member) {
    return PredictorWeights.withBits(
        PredictorWeights.fresh(
            encoding, spec.hiddenSize(), training.mean(), random.at(SCRATCH_WEIGHTS, fold, member)),
        encoding);
  }

  private static int median(List<PredictorFit.Fitted> folds) {
    return folds.stream().mapToInt(PredictorFit.Fitted::epochs).sorted().toArray()[FOLDS / 2];
  }

  /** The samples of a fold, or all others. */
  private static int[] part(int[] order, int fold, boolean inside) {
    return IntStream.range(0, order.length)
        .filter(position -> (position % FOLDS == fold) == inside)
        .map(position -> order[position])
        .toArray();
  }

  private static void predict(
      List<Map<String, FloatTensor>> members, Examples all, int[] indices, float[] target) {
    float[] predictions = PredictorNetwork.predictions(members, all.at(indices));
    for (int i = 0; i < indices.length; i++) {
      target[indices[i]] = predictions[i];
    }
  }
}
