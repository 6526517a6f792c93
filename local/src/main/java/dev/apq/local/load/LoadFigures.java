package dev.apq.local.load;

import java.time.Duration;
import java.util.Locale;

/**
 * What a load cost the operator.
 *
 * @param load the load
 * @param firstJob from the creation of a training to that of its first Job
 * @param answer from the creation of a search to its answer
 * @param writes requests for a change, leases aside, until all was done
 * @param cpu processor time of the operator until all was done
 * @param heapMib live heap afterwards, after a collection
 * @param steadyWrites requests for a change, leases aside, while nothing happened
 */
public record LoadFigures(
    Load load,
    Percentiles firstJob,
    Percentiles answer,
    long writes,
    Duration cpu,
    long heapMib,
    long steadyWrites) {

  /** Titles of the columns of {@link #row}. */
  public static final String HEADER =
      "| searches | trainings | first Job s, p50 / p95 | answer s, p50 / p95 | writes per resource"
          + " | CPU ms per resource | heap MiB | writes at rest |\n|---|---|---|---|---|---|---|---|";

  /** One row of a table in Markdown. */
  public String row() {
    int resources = load.searches() + load.trainings();
    return String.format(
        Locale.ROOT,
        "| %d | %d | %s | %s | %.1f | %.0f | %d | %d |",
        load.searches(),
        load.trainings(),
        firstJob,
        answer,
        writes / (double) resources,
        cpu.toMillis() / (double) resources,
        heapMib,
        steadyWrites);
  }
}
