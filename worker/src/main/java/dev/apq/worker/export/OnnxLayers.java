package dev.apq.worker.export;

import dev.apq.core.cost.LayerShape;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the layers of a frozen network into an ONNX graph.
 *
 * <p>An input is rounded by QuantizeLinear, kept inside the levels of its bit width by a Clip of
 * bytes where it has fewer than 256, and turned back by DequantizeLinear: Clip works on the bytes
 * and not on the floats before them, because ONNX Runtime merges a convolution with the
 * QuantizeLinear right behind it into one integer kernel. All inputs are unsigned bytes, signed
 * ones with zero point 128, because that merge wants one type on both sides. For its sake, too, the
 * bias of such a convolution is an integer in steps of input scale times weight scale; {@link
 * FrozenNetwork} has made it a multiple of these. Elsewhere a bias stays a float.
 */
final class OnnxLayers {
  private static final int UNSIGNED_LEVELS = 255;
  private static final int SIGNED_ZERO = 128;
  private static final int NARROW_BITS = 4;
  private static final float RELU6 = 6;

  private final FrozenNetwork network;
  private final OnnxGraph graph;

  OnnxLayers(FrozenNetwork network, OnnxGraph graph) {
    this.network = network;
    this.graph = graph;
  }

  /**
   * Appends all layers.
   *
   * @param image what the first one reads
   * @return the last one's output
   */
  String append(String image) {
    List<String> outputs = new ArrayList<>();
    String x = image;
    for (int i = 0; i < network.layers().size(); i++) {
      x = append(i, x, outputs);
      outputs.add(x);
    }
    return x;
  }

  private String append(int position, String input, List<String> outputs) {
    FrozenLayer layer = network.layers().get(position);
    String x = layer.pooled() ? pool(layer, input) : input;
    x = layer.input() == null ? x : quantize(layer, layer.input(), x);
    String y =
        layer.affine() instanceof FrozenLayer.Bias
            ? product(layer, x)
            : convolution(layer, x, network.integerOutput(position));
    if (layer.shortcut() >= 0) {
      y = graph.node("Add", layer.name() + "/add", List.of(y, outputs.get(layer.shortcut())));
    }
    if (layer.relu6() && !network.integerOutput(position)) {
      String low = graph.floats("relu6.min", new float[] {0});
      String high = graph.floats("relu6.max", new float[] {RELU6});
      y = graph.node("Clip", layer.name() + "/relu6", List.of(y, low, high));
    }
    return y;
  }

  private String pool(FrozenLayer layer, String input) {
    String mean = graph.node("GlobalAveragePool", layer.name() + "/pool", List.of(input));
    return graph.node(
        "Flatten", layer.name() + "/flatten", List.of(mean), OnnxGraph.attribute("axis", 1));
  }

  private String quantize(FrozenLayer layer, InputGrid grid, String input) {
    String name = layer.name() + "/input";
    int zero = grid.signed() ? SIGNED_ZERO : 0;
    String scale = graph.floats(name + ".scale", new float[] {grid.scale()});
    String zeroPoint = graph.unsignedByte(name + ".zero", zero);
    String x = graph.node("QuantizeLinear", name + ".q", List.of(input, scale, zeroPoint));
    int low = zero + grid.least();
    int high = zero + grid.greatest();
    if (low > 0 || high < UNSIGNED_LEVELS) {
      String min = graph.unsignedByte("level." + low, low);
      String max = graph.unsignedByte("level." + high, high);
      x = graph.node("Clip", name + ".clip", List.of(x, min, max));
    }
    return graph.node("DequantizeLinear", name, List.of(x, scale, zeroPoint));
  }

  private String convolution(FrozenLayer layer, String input, boolean integerBias) {
    FoldedLayer folded = FoldedLayer.of(layer);
    LayerShape shape = layer.shape();
    int kernel = shape.kernelSize();
    int pad = kernel / 2;
    String weight =
        weight(layer, folded, shape.outChannels(), shape.inChannels() / shape.groups(), kernel);
    String bias =
        integerBias && layer.input() != null
            ? integerBias(layer, folded.integerBias(layer.input()))
            : graph.floats(layer.name() + ".bias", folded.bias(), shape.outChannels());
    return graph.node(
        "Conv",
        layer.name(),
        List.of(input, weight, bias),
        OnnxGraph.attribute("group", shape.groups()),
        OnnxGraph.attribute("kernel_shape", kernel, kernel),
        OnnxGraph.attribute("pads", pad, pad, pad, pad),
        OnnxGraph.attribute("strides", shape.stride(), shape.stride()));
  }

  private String weight(FrozenLayer layer, FoldedLayer folded, int out, int in, int kernel) {
    return dequantized(layer, folded.levels(), folded.scales(), 0, out, in, kernel, kernel);
  }

  private String integerBias(FrozenLayer layer, FoldedLayer.IntegerBias bias) {
    String name = layer.name() + ".bias";
    int channels = bias.levels().length;
    return graph.node(
        "DequantizeLinear",
        name,
        List.of(
            graph.integers(name + ".levels", bias.levels(), channels),
            graph.floats(name + ".scale", bias.steps(), channels),
            graph.integers(name + ".zero", new int[channels], channels)),
        OnnxGraph.attribute("axis", 0));
  }

  /** A linear layer; MatMul wants its weights transposed. */
  private String product(FrozenLayer layer, String input) {
    FoldedLayer folded = FoldedLayer.of(layer);
    int in = layer.shape().inChannels();
    int out = layer.shape().outChannels();
    byte[] transposed = new byte[in * out];
    for (int i = 0; i < in * out; i++) {
      transposed[i % in * out + i / in] = folded.levels()[i];
    }
    String weight = dequantized(layer, transposed, folded.scales(), 1, in, out);
    String y = graph.node("MatMul", layer.name(), List.of(input, weight));
    String bias = graph.floats(layer.name() + ".bias", folded.bias(), out);
    return graph.node("Add", layer.name() + "/add", List.of(y, bias));
  }

  private String dequantized(
      FrozenLayer layer, byte[] levels, float[] scales, int axis, int... shape) {
    String name = layer.name() + ".weight";
    String stored =
        layer.weights().bits() <= NARROW_BITS
            ? widened(name, levels, shape)
            : graph.bytes(name + ".levels", levels, shape);
    return graph.node(
        "DequantizeLinear",
        name,
        List.of(
            stored,
            graph.floats(name + ".scale", scales, scales.length),
            graph.bytes(name + ".zero", new byte[scales.length], scales.length)),
        OnnxGraph.attribute("axis", axis));
  }

  /**
   * 4-bit integers as bytes. ONNX Runtime has no integer convolution with 4-bit weights and no Cast
   * from them, but it evaluates this detour while it loads the model: DequantizeLinear, a function
   * of one input that leaves whole numbers alone, QuantizeLinear.
   */
  private String widened(String name, byte[] levels, int... shape) {
    String one = graph.floats("one", new float[] {1});
    String narrow =
        graph.node(
            "DequantizeLinear",
            name + ".narrow",
            List.of(
                graph.nibbles(name + ".levels", levels, shape),
                one,
                graph.nibbles("zero.int4", new byte[1])));
    String whole = graph.node("Round", name + ".whole", List.of(narrow));
    return graph.node(
        "QuantizeLinear",
        name + ".wide",
        List.of(whole, one, graph.bytes("zero.int8", new byte[1])));
  }
}
