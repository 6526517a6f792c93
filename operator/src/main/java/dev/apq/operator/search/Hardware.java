package dev.apq.operator.search;

import dev.apq.core.artifact.Digests;
import dev.apq.core.cost.HardwareModel;

/**
 * A device and the identity of its cost model.
 *
 * @param model prices layers
 * @param description the profile or table, as it is stored beside the answer
 */
public record Hardware(HardwareModel model, byte[] description) {

  /** Changes whenever a price could. */
  public String digest() {
    return Digests.sha256(description);
  }
}
