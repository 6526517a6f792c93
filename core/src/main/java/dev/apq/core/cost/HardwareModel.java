package dev.apq.core.cost;

import com.fasterxml.jackson.databind.JsonNode;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;

/** Tells what a layer costs on a device, at batch 1. Implementations are thread-safe. */
public sealed interface HardwareModel permits BitFusion, MeasuredTable {

  /** Name for messages and results. */
  String name();

  /**
   * The device of a description, as it is stored beside an answer: a {@link HardwareProfile} of the
   * analytic model, or a {@link MeasuredTable}.
   *
   * @throws InvalidArtifactException if it is neither
   */
  static HardwareModel read(byte[] description) throws InvalidArtifactException {
    if (description.length > MeasuredTable.MAX_BYTES) {
      throw new InvalidArtifactException(
          "a device's description may have " + MeasuredTable.MAX_BYTES + " bytes");
    }
    return Json.read(description, JsonNode.class).has("schemaVersion")
        ? MeasuredTable.parse(description)
        : new BitFusion(Json.read(description, HardwareProfile.class));
  }

  /**
   * Latency and energy of a layer.
   *
   * @throws MissingMeasurementException if the device was not measured for it
   */
  Price price(LayerShape shape);

  /**
   * Latency and energy.
   *
   * @param latencyMs milliseconds
   * @param energyMj millijoules; NaN if unknown
   */
  record Price(double latencyMs, double energyMj) {}
}
