package dev.apq.kubectl;

import dev.apq.core.cost.CostModel;
import dev.apq.core.cost.Metric;
import dev.apq.kubectl.cluster.Connection;
import dev.apq.kubectl.cluster.Device;
import dev.apq.kubectl.cluster.Searches;
import dev.apq.kubectl.result.FrontPoint;
import dev.apq.kubectl.result.SearchResult;
import dev.apq.kubectl.view.AnswerText;
import dev.apq.kubectl.view.Explanation;
import dev.apq.kubectl.view.Numbers;
import dev.apq.kubectl.view.PolicySvg;
import dev.apq.kubectl.view.Terminal;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows where a policy's costs come from. */
@Command(
    name = "explain",
    description = {
      "Shows a policy layer by layer: width, kernel, bits, MACs, BitOps, size and share of the"
          + " latency.",
      "Costs are computed here, by the cost model of the search's hardware, and compared with the"
          + " published ones."
    },
    footer = {
      "",
      "Examples:",
      "  kubectl apq explain phone                       the answer",
      "  kubectl apq explain phone --point 3             a point of the front",
      "  kubectl apq explain phone -o svg > policy.svg   a picture for a report",
      "  kubectl apq explain phone -o json               for other programs"
    })
final class ExplainCommand extends ClusterCommand {
  private static final double TOLERANCE = 1e-6;

  @Parameters(paramLabel = "SEARCH", description = "Name of the ApqSearch.")
  private String search = "";

  @Mixin private PointChoice choice = new PointChoice();

  @Option(
      names = {"-o", "--output"},
      defaultValue = "TEXT",
      paramLabel = "FORM",
      description = "text, json or svg (default: text).")
  private Form output = Form.TEXT;

  @Mixin private DisplayOptions display = new DisplayOptions();

  private enum Form {
    TEXT,
    JSON,
    SVG;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  void run(Connection connection) throws IOException {
    Searches searches = Searches.in(connection);
    SearchResult result = searches.result(search);
    FrontPoint point = choice.in(result);
    CostModel model = Device.of(result.search(), searches);
    Explanation explanation = Explanation.of(point.policy(), model);
    switch (output) {
      case JSON -> console().out().print(explanation.json() + "\n");
      case SVG ->
          console()
              .out()
              .print(PolicySvg.of(title(point, explanation), explanation, model.space()));
      case TEXT -> {
        Terminal terminal = display.apply(console().terminal());
        if (point.best()) {
          console().lines(AnswerText.lines(result.search(), terminal));
        }
        console()
            .lines(List.of("policy " + point.digest(), "hardware " + explanation.hardware(), ""));
        console().lines(explanation.lines(terminal));
      }
    }
    warnOfDifferences(point, model);
  }

  private String title(FrontPoint point, Explanation explanation) {
    return "%s, policy %s: predicted accuracy %s, %s ms on %s"
        .formatted(
            search,
            point.shortDigest(),
            Numbers.accuracy(point.accuracy()),
            Numbers.cost(explanation.total().latencyMs()),
            explanation.hardware());
  }

  /** A table that changed after the search explains another device than the one searched for. */
  private void warnOfDifferences(FrontPoint point, CostModel model) {
    for (Metric metric : Metric.values()) {
      double published = point.cost(metric);
      if (Double.isFinite(published)) {
        double here = model.value(point.policy(), metric);
        if (Math.abs(here - published) > TOLERANCE * Math.abs(published)) {
          console()
              .err()
              .println(
                  "warning: %s is %s here, but %s in the result; the hardware table has changed since"
                      .formatted(
                          metric.displayName(), Numbers.cost(here), Numbers.cost(published)));
        }
      }
    }
  }
}
