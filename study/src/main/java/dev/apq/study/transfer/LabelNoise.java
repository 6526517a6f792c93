package dev.apq.study.transfer;

import dev.apq.core.contract.Sample;
import dev.apq.worker.prediction.Quality;
import java.util.Arrays;
import java.util.List;

/**
 * How well a second, independent measurement of the same networks agrees with the first: on the
 * test images instead of the validation images, fine-tuned on other batches. No predictor can be
 * expected to agree with a measurement better than the truth does, and the truth's agreement lies
 * above that of two measurements.
 *
 * @param images images behind each label
 * @param deviation standard deviation of the labels over networks, in units of accuracy (0..1)
 * @param binomialError mean standard error of a label from its number of images alone
 * @param repeated the second measurement as if it were a prediction of the first
 * @param reliability correlation of the two: the share of the labels' variance that is signal
 */
public record LabelNoise(
    int images, double deviation, double binomialError, Quality repeated, double reliability) {

  /**
   * Compares two measurements.
   *
   * @param first held-out samples
   * @param second accuracies of the same policies, 0..1
   */
  public static LabelNoise of(List<Sample> first, double[] second) {
    int count = first.size();
    double[] labels = first.stream().mapToDouble(Sample::accuracy).toArray();
    float[] measured = new float[count];
    float[] repeated = new float[count];
    double binomial = 0;
    for (int i = 0; i < count; i++) {
      measured[i] = (float) labels[i];
      repeated[i] = (float) second[i];
      binomial += Math.sqrt(labels[i] * (1 - labels[i]) / first.get(i).images()) / count;
    }
    double deviation = Math.sqrt(covariance(labels, labels));
    double scale = deviation * Math.sqrt(covariance(second, second));
    double correlation = scale == 0 ? 0 : covariance(labels, second) / scale;
    return new LabelNoise(
        first.get(0).images(), deviation, binomial, Quality.of(repeated, measured), correlation);
  }

  private static double covariance(double[] a, double[] b) {
    double meanA = Arrays.stream(a).average().orElse(0);
    double meanB = Arrays.stream(b).average().orElse(0);
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - meanA) * (b[i] - meanB);
    }
    return sum / Math.max(1, a.length - 1);
  }
}
