package dev.apq.study.search;

import java.util.List;

/**
 * How searches are compared.
 *
 * @param limits places of the latency limits between the cheapest (0) and the most expensive policy
 *     (1) of the space, on a logarithmic scale; decimal strings
 * @param seeds repetitions, each with predictors, searches and fine-tuning of its own
 * @param populationSize of every search
 * @param generations of every search
 * @param handDowns how the chain hands its limit down; the first is the limit itself at every step
 * @param labels kind of labels that the predictors are fitted to: optimizer steps per sample
 * @param finetuneSteps optimizer steps of every final network
 */
public record SearchPlan(
    List<String> limits,
    int seeds,
    int populationSize,
    int generations,
    List<HandDown> handDowns,
    int labels,
    int finetuneSteps) {

  /**
   * @throws IllegalArgumentException naming a field that is missing or out of range
   */
  public SearchPlan {
    if (limits == null || limits.isEmpty() || handDowns == null || handDowns.isEmpty()) {
      throw new IllegalArgumentException("search: needs limits and handDowns");
    }
    limits = List.copyOf(limits);
    handDowns = List.copyOf(handDowns);
    for (String limit : limits) {
      double place = Double.parseDouble(limit);
      if (!(place > 0 && place <= 1)) {
        throw new IllegalArgumentException("search.limits: " + limit + " is outside 0..1");
      }
    }
    if (seeds < 2 || finetuneSteps < 1) {
      throw new IllegalArgumentException("search: seeds must be at least 2, finetuneSteps 1");
    }
  }

  /**
   * What the first two steps of the chain may cost, in units of the limit: they work at 8 bit, and
   * lower bits make the network cheaper later.
   *
   * @param architecture for the choice of depths, kernel sizes and widths
   * @param pruning for the choice of widths
   */
  public record HandDown(String architecture, String pruning) {

    /**
     * @throws IllegalArgumentException if a factor is no decimal of at least 1
     */
    public HandDown {
      for (String factor : List.of(architecture, pruning)) {
        if (!(Double.parseDouble(factor) >= 1)) {
          throw new IllegalArgumentException("search.handDowns: " + factor + " is below 1");
        }
      }
    }

    double architectureFactor() {
      return Double.parseDouble(architecture);
    }

    double pruningFactor() {
      return Double.parseDouble(pruning);
    }

    /** For tables, for example {@code 2 / 1.4 / 1}. */
    public String title() {
      return architecture + " / " + pruning + " / 1";
    }
  }
}
