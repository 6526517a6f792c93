package dev.apq.kubectl;

import dev.apq.kubectl.cluster.Connection;
import dev.apq.kubectl.cluster.Searches;
import dev.apq.kubectl.error.ExitStatus;
import dev.apq.kubectl.error.PluginException;
import dev.apq.kubectl.view.ProgressRow;
import dev.apq.kubectl.view.ProgressTable;
import dev.apq.kubectl.view.Terminal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows how far everything is. */
@Command(
    name = "top",
    description =
        "Shows how far all SupernetTrainings and ApqSearches are: state, stage, percent, time left,"
            + " accuracy and limits.",
    footer = {
      "",
      "Examples:",
      "  kubectl apq top               this namespace, once",
      "  kubectl apq top -A --watch    all namespaces, drawn anew every two seconds",
      "  kubectl apq top --watch --until-done && kubectl apq pull phone --to phone"
    })
final class TopCommand extends ClusterCommand {
  private static final String HOME_AND_CLEAR = "\u001b[H\u001b[2J";

  @Option(
      names = {"-A", "--all-namespaces"},
      description = "All namespaces.")
  private boolean everywhere;

  @Option(
      names = {"-w", "--watch"},
      description = "Draw it anew until Ctrl-C.")
  private boolean watch;

  @Option(
      names = "--until-done",
      description = "With --watch: end when nothing is under way; status 5 if something stalled.")
  private boolean untilDone;

  @Option(
      names = "--interval",
      defaultValue = "2",
      paramLabel = "SECONDS",
      description = "Time between two looks of --watch (default: ${DEFAULT-VALUE}).")
  private int interval;

  @Mixin private DisplayOptions display = new DisplayOptions();

  @Override
  void run(Connection connection) throws InterruptedException {
    if (interval < 1 || interval > 3600) {
      throw new PluginException(
          ExitStatus.USAGE, "--interval is " + interval, "give 1 to 3600 seconds");
    }
    Searches searches = Searches.in(connection);
    List<ProgressRow> rows = rows(searches);
    List<String> shown = show(rows, connection, List.of());
    while (watch && !(untilDone && ended(rows))) {
      TimeUnit.SECONDS.sleep(interval);
      rows = rows(searches);
      shown = show(rows, connection, shown);
    }
    if (untilDone && rows.stream().anyMatch(row -> row.health() == ProgressRow.Health.STALLED)) {
      throw new PluginException(
          ExitStatus.NOT_FINISHED,
          "not everything can go on",
          "see docs/troubleshooting.md for the states in red, or kubectl describe");
    }
  }

  private static boolean ended(List<ProgressRow> rows) {
    return rows.stream().noneMatch(row -> row.health() == ProgressRow.Health.RUNNING);
  }

  private List<ProgressRow> rows(Searches searches) {
    Instant now = console().clock().instant();
    List<ProgressRow> rows = new ArrayList<>();
    searches.trainings(everywhere).forEach(training -> rows.add(ProgressRow.of(training, now)));
    searches.searches(everywhere).forEach(search -> rows.add(ProgressRow.of(search, now)));
    return rows;
  }

  /** Shows the table; where the output is no terminal only when it says something new. */
  private List<String> show(List<ProgressRow> rows, Connection connection, List<String> before) {
    Terminal terminal = display.apply(console().terminal());
    List<String> lines = new ArrayList<>();
    if (rows.isEmpty()) {
      lines.add(
          "There are no SupernetTrainings and no ApqSearches"
              + (everywhere ? "." : " in namespace " + connection.namespace() + "; -A shows all."));
    } else {
      lines.addAll(ProgressTable.lines(rows, everywhere, terminal));
    }
    if (watch && terminal.interactive()) {
      console().out().print(HOME_AND_CLEAR);
      console().lines(lines);
      console().out().flush();
      return lines;
    }
    // Ages alone are no news.
    List<String> news = lines.stream().map(line -> line.replaceAll("\\S+$", "")).toList();
    if (!news.equals(before)) {
      console().lines(lines);
      console().out().flush();
    }
    return news;
  }
}
