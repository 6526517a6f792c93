package dev.apq.kubectl;

import dev.apq.core.cost.Metric;
import dev.apq.kubectl.cluster.Connection;
import dev.apq.kubectl.cluster.Searches;
import dev.apq.kubectl.error.ExitStatus;
import dev.apq.kubectl.error.PluginException;
import dev.apq.kubectl.result.SearchResult;
import dev.apq.kubectl.view.AnswerText;
import dev.apq.kubectl.view.FrontExport;
import dev.apq.kubectl.view.FrontPlot;
import dev.apq.kubectl.view.FrontSvg;
import dev.apq.kubectl.view.FrontTable;
import dev.apq.kubectl.view.Terminal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the front of a search. */
@Command(
    name = "front",
    description = "Draws the front of a search: accuracy against a cost.",
    footer = {
      "",
      "Examples:",
      "  kubectl apq front phone                      plot and table",
      "  kubectl apq front phone --cost ModelSize     against the model size",
      "  kubectl apq front phone -o svg > front.svg   a picture for a report",
      "  kubectl apq front phone -o csv               all points for a spreadsheet"
    })
final class FrontCommand extends ClusterCommand {
  @Parameters(paramLabel = "SEARCH", description = "Name of the ApqSearch.")
  private String search = "";

  @Option(
      names = {"-c", "--cost"},
      converter = MetricName.class,
      completionCandidates = MetricName.Names.class,
      paramLabel = "COST",
      description =
          "Cost of the horizontal axis: ${COMPLETION-CANDIDATES}. The first objective, else the"
              + " first limited cost, if absent.")
  private @Nullable Metric cost;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "TEXT",
      paramLabel = "FORM",
      description = "text, json, csv or svg (default: text).")
  private Form output = Form.TEXT;

  @Option(
      names = "--rows",
      defaultValue = "12",
      paramLabel = "COUNT",
      description = "Rows of the table at most; 0 for none (default: ${DEFAULT-VALUE}).")
  private int rows;

  @Mixin private DisplayOptions display = new DisplayOptions();

  private enum Form {
    TEXT,
    JSON,
    CSV,
    SVG;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  @Override
  void run(Connection connection) throws Exception {
    SearchResult result = Searches.in(connection).result(search);
    Metric against = cost(result);
    switch (output) {
      case JSON -> console().out().print(FrontExport.json(result) + "\n");
      case CSV -> console().out().print(FrontExport.csv(result));
      case SVG -> console().out().print(FrontSvg.of(result, against));
      case TEXT -> show(result, against);
    }
  }

  private void show(SearchResult result, Metric against) {
    Terminal terminal = display.apply(console().terminal());
    console().lines(AnswerText.lines(result.search(), terminal));
    console().lines(List.of(""));
    if (result.front().size() > 1 || !result.search().getSpec().objectives().isEmpty()) {
      console()
          .lines(
              new FrontPlot(terminal)
                  .lines(result.points(), against, result.limits().get(against)));
      console().lines(List.of(""));
    } else {
      console()
          .lines(
              List.of(
                  "The search has no objectives, so its front is its answer. To trade accuracy"
                      + " against a cost:",
                  "  kubectl patch apqs "
                      + search
                      + " --type=merge -p '{\"spec\":{\"objectives\":[\"Latency\"]}}'",
                  ""));
    }
    if (rows > 0) {
      console().lines(FrontTable.lines(result, against, rows, terminal));
    }
  }

  private Metric cost(SearchResult result) {
    List<Metric> known = result.metrics();
    Metric wanted = cost;
    if (wanted == null && !known.isEmpty()) {
      return known.get(0);
    }
    if (wanted == null || !known.contains(wanted)) {
      throw new PluginException(
          ExitStatus.USAGE,
          "the result does not know the cost " + (wanted == null ? "" : wanted.displayName()),
          "choose one of " + known.stream().map(Metric::displayName).toList());
    }
    return wanted;
  }
}
