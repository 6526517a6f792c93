package dev.apq.local.load;

/**
 * How many resources are made at once.
 *
 * @param searches quick searches, spread over the trainings
 * @param trainings trainings, whose worker only stands in for one
 */
public record Load(int searches, int trainings) {

  /**
   * @throws IllegalArgumentException if there is nothing of one kind
   */
  public Load {
    if (searches < 1 || trainings < 1) {
      throw new IllegalArgumentException("a load needs at least one search and one training");
    }
  }

  /** One training for every twenty searches. */
  public static Load of(int searches) {
    return new Load(searches, Math.max(1, searches / 20));
  }
}
