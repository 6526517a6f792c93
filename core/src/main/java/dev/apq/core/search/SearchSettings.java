package dev.apq.core.search;

/**
 * How the search runs.
 *
 * @param populationSize policies kept from generation to generation
 * @param generations rounds of {@code populationSize} evaluations each: new policies, and gradients
 *     of those that became parents
 * @param mutationRate probability that a choice of a new policy is drawn anew
 * @param crossoverRate probability that a new policy has two parents
 * @param seed all randomness follows from it
 * @param polish whether to improve the result at the end, one choice at a time
 */
public record SearchSettings(
    int populationSize,
    int generations,
    double mutationRate,
    double crossoverRate,
    long seed,
    boolean polish) {

  /** Population 100, 500 generations as in the paper; the rates that did best in the ablation. */
  public static final SearchSettings DEFAULTS = new SearchSettings(100, 500, 0.015, 0.9, 0, true);

  /**
   * @throws IllegalArgumentException naming a value that is out of range
   */
  public SearchSettings {
    if (populationSize < 4 || populationSize > 10_000) {
      throw new IllegalArgumentException(
          "populationSize: " + populationSize + " is outside 4..10000");
    }
    if (generations < 0 || generations > 1_000_000) {
      throw new IllegalArgumentException("generations: " + generations + " is outside 0..1000000");
    }
    rate("mutationRate", mutationRate);
    rate("crossoverRate", crossoverRate);
  }

  /** These settings with another seed. */
  public SearchSettings withSeed(long newSeed) {
    return new SearchSettings(
        populationSize, generations, mutationRate, crossoverRate, newSeed, polish);
  }

  /** These settings with another budget. */
  public SearchSettings withBudget(int newPopulationSize, int newGenerations) {
    return new SearchSettings(
        newPopulationSize, newGenerations, mutationRate, crossoverRate, seed, polish);
  }

  private static void rate(String field, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(field + ": " + value + " is outside 0..1");
    }
  }
}
