package dev.apq.study.transfer;

import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.contract.PredictorSpec;
import dev.apq.core.contract.Sample;
import dev.apq.core.policy.Encoding;
import dev.apq.core.predictor.Predictor;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.prediction.PredictorTraining;
import dev.apq.worker.prediction.PredictorTransfer;
import dev.apq.worker.prediction.Quality;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The worker's predictor fits and the core's predictions, for one repetition. */
public final class Predictors {
  private static final long FULL_PRECISION = 0;
  private static final long QUANTIZED = 1;
  private static final long CHOICE = 2;

  private final Encoding encoding;
  private final PredictorTraining training;
  private final PredictorTransfer transfer;
  private final RandomStream random;

  /**
   * @param random stream of the repetition
   */
  public Predictors(SearchSpace space, PredictorSpec spec, RandomStream random) {
    this.encoding = new Encoding(space);
    this.training = new PredictorTraining(encoding, spec, random.at(FULL_PRECISION));
    this.transfer = new PredictorTransfer(encoding, spec, random.at(QUANTIZED));
    this.random = random;
  }

  /** A full-precision predictor. */
  public Map<String, FloatTensor> fullPrecision(List<Sample> samples) {
    return training.train(samples).members().get(0);
  }

  /** A predictor of quantized policies that starts from the full-precision one. */
  public Map<String, FloatTensor> transferred(
      Map<String, FloatTensor> fullPrecision, List<Sample> samples) {
    return transfer.fitTransferred(fullPrecision, samples);
  }

  /** The full-precision predictor for quantized policies, whose bits it ignores. */
  public Map<String, FloatTensor> untouched(Map<String, FloatTensor> fullPrecision) {
    return transfer.untouched(fullPrecision);
  }

  /** A predictor of quantized policies from random weights. */
  Map<String, FloatTensor> fromScratch(List<Sample> samples) {
    return transfer.fitFromScratch(samples);
  }

  /** Some of the samples; a greater number includes those of a smaller one. */
  List<Sample> choose(List<Sample> pool, int count) {
    int[] order = new int[pool.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    random.at(CHOICE).shuffle(order);
    return Arrays.stream(order).limit(count).mapToObj(pool::get).toList();
  }

  /** How well weights predict samples. */
  Quality judge(Map<String, FloatTensor> weights, List<Sample> samples) {
    try {
      Predictor predictor = Predictor.of(weights, encoding);
      float[] predicted = new float[samples.size()];
      float[] measured = new float[samples.size()];
      for (int i = 0; i < predicted.length; i++) {
        predicted[i] = (float) predictor.predict(samples.get(i).policy());
        measured[i] = (float) samples.get(i).accuracy();
      }
      return Quality.of(predicted, measured);
    } catch (InvalidArtifactException e) {
      throw new IllegalStateException("a predictor just fitted is malformed", e);
    }
  }
}
