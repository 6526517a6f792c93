package dev.apq.operator.status;

import io.fabric8.kubernetes.client.CustomResource;

/** The one place that writes a status. */
public interface StatusWriter {

  /**
   * Writes a status unless the resource has it already.
   *
   * @param resource the resource as last seen
   * @param status the whole status
   * @return whether something was written
   */
  <S, T, R extends CustomResource<S, T>> boolean write(R resource, T status);
}
