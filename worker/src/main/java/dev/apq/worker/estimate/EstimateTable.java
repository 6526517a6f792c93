package dev.apq.worker.estimate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An estimate for people. */
public final class EstimateTable {
  private static final double GIBIBYTE = 1L << 30;
  private static final double MEBIBYTE = 1L << 20;

  private EstimateTable() {}

  /** The lines to print. */
  public static List<String> lines(Estimate estimate) {
    List<String> lines = new ArrayList<>();
    lines.add(
        text(
            "Measured on %s, at most %,d images at once; %,d training images, %,d to measure on",
            estimate.device(),
            estimate.imagesAtOnce(),
            estimate.trainingImages(),
            estimate.validationImages()));
    lines.add("");
    lines.add(
        text(
            "%-18s %10s %10s %6s %9s %9s %11s",
            "stage", "images/s", estimate.unit(), "Pods", "min each", "memory", "artifact"));
    estimate.stages().forEach(stage -> lines.add(row(stage)));
    lines.add(text("%-18s %10s %10s", "all", "", hours(estimate.totalHours())));
    lines.add("");
    lines.add(
        text(
            "collection.shards: %d suits both collections (5 to 15 minutes a Pod, but no more Pods"
                + " than samples).",
            estimate.suggestedShards()));
    lines.add(
        text(
            "A running training keeps a checkpoint of %.1f MiB. Predictors are trained within the"
                + " time given, or stop early.",
            estimate.checkpointBytes() / MEBIBYTE));
    return lines;
  }

  private static String row(StageCost stage) {
    Double rate = stage.imagesPerSecond();
    return text(
        "%-18s %10s %10s %6d %9s %5.1f GiB %7.1f MiB",
        stage.stage(),
        rate == null ? "" : figure(rate),
        hours(stage.deviceHours()),
        stage.pods(),
        figure(stage.minutesPerPod()),
        Math.ceil(10 * stage.memoryBytes() / GIBIBYTE) / 10,
        Math.ceil(10 * stage.artifactBytes() / MEBIBYTE) / 10);
  }

  private static String hours(double hours) {
    return hours < 0.01 ? "< 0.01" : figure(hours);
  }

  private static String figure(double value) {
    return value >= 100 ? text("%,.0f", value) : text("%.3g", value);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
