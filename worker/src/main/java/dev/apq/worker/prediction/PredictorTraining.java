package dev.apq.worker.prediction;

import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.contract.PredictorSpec;
import dev.apq.core.contract.Sample;
import dev.apq.core.policy.Encoding;
import dev.apq.core.random.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Trains the full-precision predictor, one network or an ensemble, and says how good it is on
 * samples it never saw.
 */
public final class PredictorTraining {
  private static final int HELD_OUT_SHARE = 5;
  private static final long SPLIT = 0;
  private static final long WEIGHTS = 1;
  private static final long SEARCH = 2;
  private static final long FINAL = 3;

  private final Encoding encoding;
  private final PredictorSpec spec;
  private final RandomStream random;
  private final Runnable afterEpoch;

  public PredictorTraining(Encoding encoding, PredictorSpec spec, RandomStream random) {
    this(encoding, spec, random, () -> {});
  }

  /**
   * @param afterEpoch told of each pass over the samples; ends the work by an exception
   */
  public PredictorTraining(
      Encoding encoding, PredictorSpec spec, RandomStream random, Runnable afterEpoch) {
    this.encoding = encoding;
    this.spec = spec;
    this.random = random;
    this.afterEpoch = afterEpoch;
  }

  /** Passes over the samples at most. */
  public static int mostEpochs(PredictorSpec spec) {
    return 2 * spec.ensemble() * spec.epochs();
  }

  /**
   * A trained predictor.
   *
   * @param members weights of each network, by the names of the worker contract
   * @param heldOut predictions for samples it never saw
   * @param epochs passes over the samples, chosen by early stopping; the most of all networks
   */
  public record Result(List<Map<String, FloatTensor>> members, Predictions heldOut, int epochs) {

    /** Quality on the held-out samples. */
    public Quality quality() {
      return heldOut.quality();
    }
  }

  /**
   * Trains on four fifths of the samples and judges on the rest. Early stopping, on a part of the
   * training samples, says for how many epochs; then all training samples are used. The networks of
   * an ensemble differ in initial weights, in the part that stops them and in the order of samples.
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
    List<Map<String, FloatTensor>> members = new ArrayList<>();
    int most = 0;
    for (int member = 0; member < spec.ensemble(); member++) {
      PredictorFit.Fitted fitted = fit(training, member);
      members.add(fitted.weights());
      most = Math.max(most, fitted.epochs());
    }
    float[] predicted = PredictorNetwork.predictions(members, judging);
    return new Result(members, new Predictions(predicted, judging.accuracies()), most);
  }

  private PredictorFit.Fitted fit(Examples training, int member) {
    Map<String, FloatTensor> initial =
        PredictorWeights.fresh(
            encoding, spec.hiddenSize(), training.mean(), random.at(WEIGHTS, member));
    PredictorFit fit = PredictorFit.of(spec, afterEpoch);
    int epochs = fit.fitUntilBest(initial, training, random.at(SEARCH, member)).epochs();
    return fit.withEpochs(epochs).fit(initial, training, random.at(FINAL, member));
  }
}
