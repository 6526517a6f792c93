package dev.apq.operator.status;

import dev.apq.api.v1alpha1.PredictorQuality;
import dev.apq.api.v1alpha1.PredictorStatus;
import dev.apq.api.v1alpha1.SupernetHealth;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import java.math.BigDecimal;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads health and quality figures out of manifests and judges them. */
public final class Quality {
  private static final PredictorQuality NOTHING =
      new PredictorQuality(null, null, null, null, null, null);
  private static final PredictorStatus UNKNOWN = new PredictorStatus(null, null, null, null, null);
  private static final int MAX_FIGURE = 24;
  private static final int MAX_PROBLEMS = 1000;
  private static final int MAX_URI = 1024;

  private Quality() {}

  /**
   * Whether supernet and predictor can be trusted.
   *
   * @param healthy the verdict
   * @param reason for machines
   * @param message for people, with a remedy
   */
  public record Verdict(boolean healthy, String reason, String message) {}

  /** What the health gate measured; null before training is done. */
  public static @Nullable SupernetHealth health(@Nullable Manifest train) {
    if (train == null) {
      return null;
    }
    Map<String, String> summary = train.summary();
    String problems = summary.get("healthProblems");
    return new SupernetHealth(
        "true".equals(summary.get("healthy")),
        figure(summary, "largestAccuracy"),
        figure(summary, "smallestAccuracy"),
        figure(summary, "randomMin"),
        figure(summary, "randomMax"),
        figure(summary, "randomMean"),
        figure(summary, "randomSpread"),
        problems == null || problems.isBlank() ? null : cut(problems));
  }

  /**
   * Quality of the predictors; null before the first is trained.
   *
   * @param folder URI of the folder of {@link Stage#TRANSFER}
   */
  public static @Nullable PredictorStatus predictors(
      @Nullable Manifest fullPrecision, @Nullable Manifest transfer, URI folder) {
    if (fullPrecision == null) {
      return null;
    }
    PredictorStatus status =
        new PredictorStatus(
            quality(fullPrecision.summary(), ""),
            transfer == null ? null : quality(transfer.summary(), ""),
            transfer == null ? null : quality(transfer.summary(), "fromScratch"),
            transfer == null ? null : quality(transfer.summary(), "untouched"),
            transfer == null ? null : plot(transfer, folder));
    return status.equals(UNKNOWN) ? null : status;
  }

  private static @Nullable String plot(Manifest transfer, URI folder) {
    String uri = folder.toString().replaceAll("/?$", "/") + StoreLayout.CALIBRATION;
    boolean known = transfer.files().containsKey(StoreLayout.CALIBRATION);
    return known && uri.length() <= MAX_URI ? uri : null;
  }

  /**
   * The verdict on what is known so far; null before anything is.
   *
   * @param minKendallTau the least rank correlation on unseen samples that is enough, a decimal
   */
  public static @Nullable Verdict healthCondition(
      @Nullable SupernetHealth supernet,
      @Nullable PredictorQuality predictor,
      String minKendallTau) {
    if (supernet != null && !supernet.healthy()) {
      String problems = supernet.problems();
      return new Verdict(
          false,
          "SupernetUnhealthy",
          "The supernet failed its health gate"
              + (problems == null ? "" : ": " + problems)
              + ". Remedy: train longer or with a larger learning rate; until then predictions from"
              + " it may rank noise");
    }
    if (predictor != null) {
      return predictor(predictor, new BigDecimal(minKendallTau));
    }
    return supernet == null
        ? null
        : new Verdict(true, "HealthGatePassed", "The supernet passed its health gate");
  }

  private static Verdict predictor(PredictorQuality predictor, BigDecimal least) {
    BigDecimal tau = number(predictor.kendallTau());
    String measured =
        "Kendall tau "
            + predictor.kendallTau()
            + " on "
            + predictor.heldOutSamples()
            + " unseen samples";
    return tau == null || tau.compareTo(least) < 0
        ? new Verdict(
            false,
            Reasons.PREDICTOR_UNRELIABLE,
            measured
                + ", below spec.predictor.minKendallTau "
                + least.toPlainString()
                + ": it may rank noise. Remedy: create a SupernetTraining with more samples or more"
                + " images to measure each (spec.collection) or a longer recipe; lower"
                + " minKendallTau only if so weak a ranking is good enough")
        : new Verdict(true, "PredictorReliable", measured);
  }

  private static @Nullable PredictorQuality quality(Map<String, String> summary, String prefix) {
    BigDecimal samples = number(summary.get("heldOutSamples"));
    PredictorQuality quality =
        new PredictorQuality(
            samples == null ? null : samples.longValue(),
            figure(summary, key(prefix, "kendallTau")),
            figure(summary, key(prefix, "pairwiseAccuracy")),
            figure(summary, key(prefix, "rmse")),
            figure(summary, key(prefix, "bias")),
            figure(summary, key(prefix, "slope")));
    // Server-side apply turns an object that lost all its fields into null, which is refused.
    return quality.equals(NOTHING) ? null : quality;
  }

  private static String key(String prefix, String name) {
    return prefix.isEmpty()
        ? name
        : prefix + Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  /** Only decimals pass: the text comes from a worker image that a user chose. */
  private static @Nullable String figure(Map<String, String> summary, String key) {
    String text = summary.get(key);
    return number(text) == null ? null : text;
  }

  private static @Nullable BigDecimal number(@Nullable String text) {
    return text != null
            && text.length() <= MAX_FIGURE
            && text.matches("-?[0-9]{1,9}(\\.[0-9]{1,12})?")
        ? new BigDecimal(text)
        : null;
  }

  private static String cut(String text) {
    return text.length() <= MAX_PROBLEMS ? text : text.substring(0, MAX_PROBLEMS) + "…";
  }
}
