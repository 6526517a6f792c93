package dev.apq.core.search;

/** Is told about each generation and may stop the search. */
@FunctionalInterface
public interface SearchListener {
  /** Ignores everything. */
  SearchListener SILENT = progress -> true;

  /**
   * Called after each generation on the searching thread.
   *
   * @return false to stop; the outcome then holds a checkpoint to continue from
   */
  boolean onGeneration(SearchProgress progress);
}
