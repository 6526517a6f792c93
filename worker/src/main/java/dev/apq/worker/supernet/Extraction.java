package dev.apq.worker.supernet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.apq.core.policy.Architecture;
import dev.apq.core.space.BlockSpace;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.tensor.Parameters;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Cuts one subnet out of a supernet, as a network with weights of its own. */
public final class Extraction {
  private Extraction() {}

  /**
   * A network whose weights are copies of exactly those that the subnet uses, under the same names;
   * kernel transforms are applied and gone.
   *
   * @param network the supernet
   * @param architecture the only architecture that the result can run
   */
  public static ElasticNetwork extract(
      ElasticNetwork network, Architecture architecture, NDManager parent) {
    SearchSpace space = network.space();
    Parameters source = network.parameters();
    Map<String, NDArray> slices = new HashMap<>();
    try (NDManager scope = parent.newSubManager()) {
      List<BlockSpace> active = ElasticNetwork.active(space.blocks(), architecture);
      for (int i = 0; i < active.size(); i++) {
        int width = architecture.channels().get(i);
        slice(source, active.get(i), architecture.kernelSizes().get(i), width, scope, slices);
      }
      Map<String, NDArray> own = new LinkedHashMap<>();
      source
          .all()
          .forEach(
              (name, array) -> {
                if (slices.containsKey(name)) {
                  own.put(name, slices.get(name));
                } else if (!name.startsWith(NetworkLayout.BLOCKS)) {
                  own.put(name, array);
                }
              });
      return new ElasticNetwork(space, Parameters.copyOf(own, parent));
    }
  }

  private static void slice(
      Parameters source,
      BlockSpace block,
      int kernel,
      int width,
      NDManager scope,
      Map<String, NDArray> slices) {
    String name = NetworkLayout.block(block.index()) + ".";
    String expand = name + NetworkLayout.EXPAND;
    String depthwise = name + NetworkLayout.DEPTHWISE;
    String project = name + NetworkLayout.PROJECT;
    for (String layer : List.of(expand, depthwise)) {
      for (String part :
          List.of(
              NetworkLayout.weight(layer), NetworkLayout.gamma(layer), NetworkLayout.beta(layer))) {
        slices.put(part, ElasticNetwork.leading(source.get(part), width, scope));
      }
    }
    slices.put(
        NetworkLayout.weight(depthwise),
        ElasticNetwork.kernel(source, depthwise, block, kernel, width, scope));
    slices.put(
        NetworkLayout.weight(project),
        ElasticNetwork.leadingInputs(source.get(NetworkLayout.weight(project)), width, scope));
    for (String part : List.of(NetworkLayout.gamma(project), NetworkLayout.beta(project))) {
      slices.put(part, source.get(part).duplicate());
      slices.get(part).attach(scope);
    }
  }
}
