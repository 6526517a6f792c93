package dev.apq.operator.status;

import io.fabric8.kubernetes.client.CustomResource;

/** The one place that writes a status. */
public interface StatusWriter {

  /** What became of a status. */
  enum Result {
    /** It is written. */
    WRITTEN,
    /** The resource had it already, or is gone. */
    UNCHANGED,
    /** Somebody has told something else meanwhile; look again before telling anything. */
    OUTDATED
  }

  /**
   * Writes a status unless the resource has it already.
   *
   * @param resource the resource as last seen
   * @param status the whole status
   */
  <S, T, R extends CustomResource<S, T>> Result write(R resource, T status);
}
