package dev.apq.core.cost;

import java.util.Arrays;
import java.util.Optional;

/** What can be limited or traded against accuracy. All are sums over layers. */
public enum Metric {
  /** Time of one inference at batch 1, in milliseconds. */
  LATENCY("Latency", "ms", 1),
  /** Energy of one inference at batch 1, in millijoules. */
  ENERGY("Energy", "mJ", 1),
  /** Multiply-accumulates weighted by both operands' bit widths, in units of 10^9. */
  BIT_OPS("BitOps", "G", 1e9),
  /** Bytes of the deployed model, in units of 10^6; see {@link LayerCost#modelBits()}. */
  MODEL_SIZE("ModelSize", "MB", 8e6),
  /** Multiply-accumulates, in units of 10^6. */
  MACS("Macs", "M", 1e6);

  private final String displayName;
  private final String unit;
  private final double rawPerUnit;

  Metric(String displayName, String unit, double rawPerUnit) {
    this.displayName = displayName;
    this.unit = unit;
    this.rawPerUnit = rawPerUnit;
  }

  /** Name in the API, for example {@code BitOps}. */
  public String displayName() {
    return displayName;
  }

  /** Unit of {@link #value}, for example {@code ms}. */
  public String unit() {
    return unit;
  }

  /** Whether the value depends on the hardware profile rather than on the network alone. */
  public boolean dependsOnHardware() {
    return this == LATENCY || this == ENERGY;
  }

  /** A cost in this metric's unit. */
  public double value(LayerCost cost) {
    return inUnit(raw(cost));
  }

  /** Turns an exact sum of {@link #raw} values into this metric's unit. */
  double inUnit(double raw) {
    return raw / rawPerUnit;
  }

  /** A cost as a number whose sums are exact (counts, bits) or closest to it (ms, mJ). */
  double raw(LayerCost cost) {
    return switch (this) {
      case LATENCY -> cost.latencyMs();
      case ENERGY -> cost.energyMj();
      case BIT_OPS -> cost.bitOps();
      case MODEL_SIZE -> cost.modelBits();
      case MACS -> cost.macs();
    };
  }

  /** The metric of that API name. */
  public static Optional<Metric> ofDisplayName(String name) {
    return Arrays.stream(values()).filter(metric -> metric.displayName.equals(name)).findFirst();
  }
}
