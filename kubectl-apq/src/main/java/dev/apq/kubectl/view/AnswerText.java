package dev.apq.kubectl.view;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.ApqSearchStatus;
import dev.apq.api.v1alpha1.BestPolicy;
import dev.apq.api.v1alpha1.CostValue;
import dev.apq.api.v1alpha1.MeasuredAccuracy;
import dev.apq.core.cost.Metric;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of a search's answer, in a line or two. */
public final class AnswerText {
  private AnswerText() {}

  /** How accurate it is: measured and predicted values side by side. */
  public static String accuracy(BestPolicy best) {
    List<String> parts = new ArrayList<>();
    add(parts, "test", best.test());
    add(parts, "validation", best.validation());
    String predicted = best.predictedAccuracy();
    if (predicted == null && parts.isEmpty()) {
      predicted = best.accuracy();
    }
    if (predicted != null) {
      parts.add(predicted + " predicted");
    }
    return String.join(", ", parts);
  }

  private static void add(List<String> parts, String images, @Nullable MeasuredAccuracy measured) {
    if (measured != null) {
      parts.add(
          "%s ± %s on %d %s images"
              .formatted(measured.accuracy(), measured.standardError(), measured.images(), images));
    }
  }

  /** What it costs, limited costs with their limits. */
  public static String costs(BestPolicy best) {
    return String.join(", ", best.costs().stream().map(AnswerText::cost).toList());
  }

  private static String cost(CostValue cost) {
    String text = metric(cost).displayName() + " " + cost.value() + " " + cost.unit();
    return cost.max() == null ? text : text + " (limit " + cost.max() + ")";
  }

  /** The method's metric for the API's. */
  static Metric metric(CostValue cost) {
    return Metric.valueOf(cost.metric().name());
  }

  /** Name, accuracy and costs. */
  public static List<String> lines(ApqSearch search, Terminal terminal) {
    ApqSearchStatus status = search.getStatus();
    BestPolicy best = status == null ? null : status.best();
    if (best == null) {
      return List.of();
    }
    String text = accuracy(best);
    return List.of(
        Style.GOOD.on(search.getMetadata().getName(), terminal)
            + "   accuracy "
            + (terminal.unicode() ? text : text.replace("±", "+-")),
        "costs " + costs(best));
  }
}
