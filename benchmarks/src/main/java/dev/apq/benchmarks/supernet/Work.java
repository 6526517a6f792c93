package dev.apq.benchmarks.supernet;

import java.util.Locale;

/** What both sides do; the names are those of the Python side. */
enum Work {
  /** Optimizer steps on the largest subnet alone. */
  TRAIN_LARGEST("training step, largest subnet"),
  /** Optimizer steps on the smallest subnet alone. */
  TRAIN_SMALLEST("training step, smallest subnet"),
  /** Steps of the sandwich rule: largest, smallest and two random subnets, one optimizer step. */
  TRAIN_SANDWICH("sandwich step, four subnets"),
  /** Batch normalization recalibrated, then accuracy measured. */
  EVALUATE_LARGEST("evaluation, largest subnet"),
  /** The same for the smallest. */
  EVALUATE_SMALLEST("evaluation, smallest subnet");

  private final String title;

  Work(String title) {
    this.title = title;
  }

  /** What a reader sees. */
  String title() {
    return title;
  }

  /** What the children are told: {@code train-largest}. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  boolean training() {
    return name().startsWith("TRAIN");
  }

  static Work of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
