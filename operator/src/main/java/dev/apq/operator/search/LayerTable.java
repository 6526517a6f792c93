package dev.apq.operator.search;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.apq.core.cost.CostModel;
import dev.apq.core.cost.LayerShape;
import dev.apq.core.cost.MissingMeasurementException;
import dev.apq.core.cost.PricedLayer;
import dev.apq.core.policy.Policy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A policy layer by layer, as the results ConfigMap shows it.
 *
 * @param policy digest of the policy
 * @param hardware name of the device
 * @param layers in network order; at most 195, three a block and three more
 * @param problem why there are no layers; null if there are
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record LayerTable(String policy, String hardware, List<Row> layers, @Nullable String problem) {

  /**
   * A layer.
   *
   * @param layer where it is in the network
   * @param inChannels input channels
   * @param width output channels
   * @param inSize input height and width in pixels
   * @param kernelSize kernel height and width in pixels
   * @param stride stride in both directions
   * @param groups 1 for a dense layer, the width for a depthwise one
   * @param weightBits bit width of the weights
   * @param activationBits bit width of the input
   * @param macs multiply-accumulates of one inference
   * @param latencyMs milliseconds on the device; 0 if the layer does not count
   * @param latencyShare share of the network's latency, 0..1
   */
  record Row(
      String layer,
      int inChannels,
      int width,
      int inSize,
      int kernelSize,
      int stride,
      int groups,
      int weightBits,
      int activationBits,
      long macs,
      double latencyMs,
      double latencyShare) {}

  /** The layers of a member of the model's space. */
  static LayerTable of(Policy policy, CostModel model) {
    String device = model.hardware().name();
    try {
      List<PricedLayer> layers = model.layers(policy);
      double latency = layers.stream().mapToDouble(layer -> layer.cost().latencyMs()).sum();
      return new LayerTable(
          policy.digest(),
          device,
          layers.stream().map(layer -> row(layer, latency)).toList(),
          null);
    } catch (MissingMeasurementException e) {
      // Nothing that was limited or traded needs the measurement, so the search could do without.
      return new LayerTable(policy.digest(), device, List.of(), e.getMessage());
    }
  }

  private static Row row(PricedLayer priced, double latency) {
    LayerShape shape = priced.layer().shape();
    double own = priced.cost().latencyMs();
    return new Row(
        priced.layer().name(),
        shape.inChannels(),
        shape.outChannels(),
        shape.inSize(),
        shape.kernelSize(),
        shape.stride(),
        shape.groups(),
        shape.weightBits(),
        shape.activationBits(),
        priced.cost().macs(),
        own,
        latency > 0 ? own / latency : 0);
  }
}
