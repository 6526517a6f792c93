package dev.apq.study.report;

import dev.apq.study.transfer.LabelNoise;
import dev.apq.study.transfer.TransferPlan;
import dev.apq.study.transfer.TransferResult;
import dev.apq.study.transfer.TransferResult.Label;
import dev.apq.study.transfer.TransferResult.Method;
import dev.apq.worker.prediction.Quality;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What the transfer saves: tables and charts. */
final class TransferSection {
  private static final double PERCENT = 100;

  private final TransferPlan plan;
  private final String command;
  private final Map<String, String> figures;

  /**
   * @param figures receives SVG documents by file name
   */
  TransferSection(TransferPlan plan, String command, Map<String, String> figures) {
    this.plan = plan;
    this.command = command;
    this.figures = figures;
  }

  private enum Measure {
    PAIRWISE("pairwise", "Pairwise accuracy, %", Quality::pairwiseAccuracy, PERCENT, 1),
    TAU("tau", "Kendall tau", Quality::kendallTau, 1, 3),
    RMSE("rmse", "RMSE, points", Quality::rmse, PERCENT, 2);

    private final String file;
    private final String title;
    private final ToDoubleFunction<Quality> of;
    private final double scale;
    private final int decimals;

    Measure(String file, String title, ToDoubleFunction<Quality> of, double scale, int decimals) {
      this.file = file;
      this.title = title;
      this.of = of;
      this.scale = scale;
      this.decimals = decimals;
    }
  }

  void write(Markdown page, TransferResult result) {
    page.heading(2, "Transfer of the predictor");
    page.paragraph(
        String.format(
            Locale.ROOT,
            "Quality on the same %d held-out quantized samples, to which nothing was ever fitted;"
                + " mean and 95 %% interval over %d splits. Each split has its own full-precision"
                + " predictor and its own choice of samples; the three methods share both.",
            plan.heldOut(),
            plan.splits()));
    for (Label label : result.labels()) {
      write(page, label);
    }
  }

  private void write(Markdown page, Label label) {
    page.heading(
        3,
        label.finetuneSteps() == 0
            ? "Labels without fine-tuning"
            : "Labels after " + label.finetuneSteps() + " steps of fine-tuning");
    for (Measure measure : Measure.values()) {
      page.table(head(measure), rows(measure, label));
    }
    page.command(command);
    for (Measure measure : Measure.values()) {
      String file = "transfer-" + measure.file + "-labels-" + label.finetuneSteps() + ".svg";
      figures.put(file, chart(measure, label).svg());
      page.image(file, measure.title + " against the number of quantized samples");
    }
    page.command(command);
    saving(page, label);
    noise(page, label.noise());
    page.command(command);
  }

  private static List<String> head(Measure measure) {
    List<String> head = new ArrayList<>(List.of(measure.title + "; samples"));
    for (Method method : Method.values()) {
      head.add(method.title());
    }
    return head;
  }

  private List<List<String>> rows(Measure measure, Label label) {
    List<List<String>> rows = new ArrayList<>();
    for (int size : plan.sampleSizes()) {
      List<String> row = new ArrayList<>(List.of(Integer.toString(size)));
      for (Method method : Method.values()) {
        row.add(estimate(measure, label, method, size).text(measure.scale, measure.decimals));
      }
      rows.add(row);
    }
    return rows;
  }

  private static Estimate estimate(Measure measure, Label label, Method method, int size) {
    return Estimate.of(label.of(method, size).stream().mapToDouble(measure.of).toArray());
  }

  private LineChart chart(Measure measure, Label label) {
    List<LineChart.Series> series = new ArrayList<>();
    for (Method method : Method.values()) {
      series.add(
          new LineChart.Series(
              method.title(),
              plan.sampleSizes().stream()
                  .map(
                      size ->
                          LineChart.Point.of(
                              size, estimate(measure, label, method, size), measure.scale))
                  .toList()));
    }
    return new LineChart(
        measure.title + (label.finetuneSteps() == 0 ? ", no fine-tuning" : ", fine-tuned labels"),
        "quantized samples",
        measure.title,
        true,
        plan.sampleSizes().stream().map(Integer::doubleValue).toList(),
        series);
  }

  private void saving(Markdown page, Label label) {
    List<double[]> scratch =
        plan.sampleSizes().stream()
            .map(size -> pairwise(label, Method.FROM_SCRATCH, size))
            .toList();
    int most = plan.sampleSizes().get(plan.sampleSizes().size() - 1);
    List<List<String>> rows = new ArrayList<>();
    for (int size : plan.sampleSizes()) {
      double[] transferred = pairwise(label, Method.TRANSFERRED, size);
      SampleSaving saving = SampleSaving.of(plan.sampleSizes(), scratch, transferred);
      rows.add(
          List.of(
              Integer.toString(size),
              String.format(Locale.ROOT, "%.1f", PERCENT * Estimate.of(transferred).mean()),
              Double.isInfinite(saving.needed())
                  ? "more than " + most
                  : String.format(Locale.ROOT, "%.0f", saving.needed()),
              saving.ratio(size, most)));
    }
    page.paragraph(
        "Samples that training from scratch needs for the mean pairwise accuracy that the transfer"
            + " has, interpolated on the logarithm of the samples; in brackets the 95 % interval of"
            + " the ratio, from drawing the splits "
            + SampleSaving.RESAMPLES
            + " times again. The claim is a ratio of at least 2.");
    page.table(
        List.of("samples with transfer", "pairwise accuracy, %", "samples from scratch", "ratio"),
        rows);
    page.command(command);
  }

  private static double[] pairwise(Label label, Method method, int size) {
    return label.of(method, size).stream().mapToDouble(Quality::pairwiseAccuracy).toArray();
  }

  private static void noise(Markdown page, LabelNoise noise) {
    Quality repeated = noise.repeated();
    page.paragraph(
        String.format(
            Locale.ROOT,
            "How good can a predictor look? Labels deviate by %.2f points over networks; %d images"
                + " alone give each a standard error of %.2f points. The held-out networks measured"
                + " once more, on the test images and fine-tuned on other batches, agree with the"
                + " first measurement with Kendall tau %.3f, pairwise accuracy %.1f %% and"
                + " correlation %.3f. A perfect predictor would agree with the first measurement"
                + " about as the square root of that correlation, %.3f.",
            PERCENT * noise.deviation(),
            noise.images(),
            PERCENT * noise.binomialError(),
            repeated.kendallTau(),
            PERCENT * repeated.pairwiseAccuracy(),
            noise.reliability(),
            Math.sqrt(Math.max(0, noise.reliability()))));
  }
}
