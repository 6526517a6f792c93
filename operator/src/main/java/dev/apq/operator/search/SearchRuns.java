package dev.apq.operator.search;

import java.io.IOException;
import java.util.Optional;

/** Makes searches ready to run. */
public interface SearchRuns {

  /**
   * Loads the predictor and prepares a search, from a checkpoint if a usable one is given.
   *
   * @throws InfeasibleException if no policy keeps the limits
   * @throws IOException if the predictor cannot be read
   * @throws IllegalArgumentException if the device cannot price the space
   */
  SearchRun prepare(SearchPlan plan, Optional<byte[]> checkpoint)
      throws InfeasibleException, IOException;

  /** No policy of the space keeps the limits. */
  final class InfeasibleException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With a message that names the limits and the nearest feasible values. */
    public InfeasibleException(String message) {
      super(message);
    }
  }
}
