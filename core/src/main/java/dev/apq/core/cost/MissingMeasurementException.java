package dev.apq.core.cost;

/** A measured table lacks a layer that the search space needs. */
public final class MissingMeasurementException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  MissingMeasurementException(String message) {
    super(message);
  }
}
