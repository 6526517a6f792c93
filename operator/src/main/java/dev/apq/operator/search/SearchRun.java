package dev.apq.operator.search;

import dev.apq.core.search.SearchAnswer;
import java.io.IOException;

/**
 * A search that is advanced one generation at a time, by one thread at a time. Its result depends
 * on nothing but what it was made from, however often it is interrupted.
 */
public interface SearchRun {

  /** Whether the answer is there. */
  boolean finished();

  /** Computes one generation. */
  void step();

  /** How far it is. */
  Progress progress();

  /** Everything needed to continue elsewhere. */
  byte[] checkpoint() throws IOException;

  /** The answer; only once finished. */
  SearchAnswer answer();

  /**
   * How far a search is.
   *
   * @param generation generations done
   * @param generations generations in all
   * @param evaluations policies whose accuracy was predicted
   * @param bestAccuracy highest predicted accuracy within the limits, 0..1; NaN before the first
   */
  record Progress(int generation, int generations, long evaluations, double bestAccuracy) {}
}
