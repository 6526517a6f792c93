package dev.apq.operator.search;

import dev.apq.core.search.SearchAnswer;

/** Where a search of the current plan stands. */
public sealed interface SearchState {

  /** Nothing runs and no answer is stored. */
  record Absent() implements SearchState {}

  /**
   * Waits for a thread or runs.
   *
   * @param progress how far it is
   * @param started whether a generation has been computed since the operator started
   */
  record Running(SearchRun.Progress progress, boolean started) implements SearchState {}

  /**
   * No policy keeps the limits.
   *
   * @param message which limits, and the nearest feasible values
   */
  record Infeasible(String message) implements SearchState {}

  /**
   * Ended with an error.
   *
   * @param message what went wrong
   */
  record Failed(String message) implements SearchState {}

  /**
   * The answer is stored.
   *
   * @param answer the answer
   * @param digest digest of its file
   * @param searchSeconds time spent computing it
   */
  record Found(SearchAnswer answer, String digest, double searchSeconds) implements SearchState {}

  /**
   * The status tells the answer to this generation of the specification, and the supernet or the
   * device's table that it came from has been deleted since.
   */
  record Told() implements SearchState {}
}
