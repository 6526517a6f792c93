package dev.apq.core.cost;

import dev.apq.core.policy.Policy;
import dev.apq.core.space.SearchSpace;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Costs of the members of a search space on a device. Thread-safe.
 *
 * <p>Every metric is a sum over layers, so a {@link CostTable} per metric prices a member with two
 * look-ups per active block.
 */
public final class CostModel {
  private final SearchSpace space;
  private final HardwareModel hardware;
  private final LayerSet layerSet;
  private final Map<Metric, CostTable> tables = new ConcurrentHashMap<>();

  /**
   * @param space what is priced; must be valid
   * @param hardware the device
   * @param layerSet which layers count towards latency and energy
   */
  public CostModel(SearchSpace space, HardwareModel hardware, LayerSet layerSet) {
    this.space = space.requireValid();
    this.hardware = hardware;
    this.layerSet = layerSet;
  }

  /** The space whose members are priced. */
  public SearchSpace space() {
    return space;
  }

  /** The device. */
  public HardwareModel hardware() {
    return hardware;
  }

  /** Which layers count towards latency and energy. */
  public LayerSet layerSet() {
    return layerSet;
  }

  /**
   * All costs of a quantized member, layer by layer.
   *
   * @throws IllegalArgumentException if the policy is no member or has no bit widths
   * @throws MissingMeasurementException if the device was not measured for a layer
   */
  public LayerCost cost(Policy policy) {
    return cost(SpaceLayers.of(space, policy));
  }

  /**
   * The layers of a quantized member in network order, each with its costs; their sum is {@link
   * #cost(Policy)}.
   *
   * @throws IllegalArgumentException if the policy is no member or has no bit widths
   * @throws MissingMeasurementException if the device was not measured for a layer
   */
  public List<PricedLayer> layers(Policy policy) {
    return SpaceLayers.of(space, policy).stream()
        .map(layer -> new PricedLayer(layer, cost(layer)))
        .toList();
  }

  /** One metric of a quantized member, in the metric's unit; see {@link #cost(Policy)}. */
  public double value(Policy policy, Metric metric) {
    return metric.value(cost(policy));
  }

  /**
   * All costs of any network.
   *
   * @throws MissingMeasurementException if the device was not measured for a layer
   */
  public LayerCost cost(List<Layer> layers) {
    LayerCost total = LayerCost.ZERO;
    for (Layer layer : layers) {
      total = total.plus(cost(layer));
    }
    return total;
  }

  private LayerCost cost(Layer layer) {
    LayerCost cost = layer.networkCost();
    if (!layerSet.counts(layer.role())) {
      return cost;
    }
    HardwareModel.Price price;
    try {
      price = hardware.price(layer.shape());
    } catch (MissingMeasurementException e) {
      throw new MissingMeasurementException(layer.name() + ": " + e.getMessage());
    }
    return cost.plus(new LayerCost(0, 0, 0, 0, price.latencyMs(), price.energyMj()));
  }

  /** A cost of one metric, raw; prices the hardware only where the metric needs it. */
  double raw(Layer layer, Metric metric) {
    double raw = metric.raw(metric.dependsOnHardware() ? cost(layer) : layer.networkCost());
    if (Double.isNaN(raw)) {
      throw new MissingMeasurementException(
          "table '" + hardware.name() + "' has no energyMj column; add it to limit energy");
    }
    return raw;
  }

  /**
   * The priced space for one metric, computed at first use.
   *
   * @throws MissingMeasurementException naming a layer, if the device was not measured for all
   *     layers of the space
   */
  public CostTable table(Metric metric) {
    return tables.computeIfAbsent(metric, m -> new CostTable(this, m));
  }
}
