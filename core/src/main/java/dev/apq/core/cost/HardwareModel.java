package dev.apq.core.cost;

/** Tells what a layer costs on a device, at batch 1. Implementations are thread-safe. */
public sealed interface HardwareModel permits BitFusion, MeasuredTable {

  /** Name for messages and results. */
  String name();

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
