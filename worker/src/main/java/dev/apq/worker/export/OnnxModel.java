package dev.apq.worker.export;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A frozen network as an ONNX model. Equal networks and metadata give equal bytes.
 *
 * <p>The operator set is 13 (IR version 7), the first with a scale per output channel and therefore
 * the one that most runtimes read, unless weights of at most 4 bits ask for 4-bit tensors: these
 * came with 21 (IR version 10).
 */
public final class OnnxModel {
  /** The input: normalized images, {@code [N, channels, height, width]}. */
  public static final String INPUT = "images";

  /** The output, {@code [N, classes]}. */
  public static final String OUTPUT = "logits";

  private static final int OPSET = 13;
  private static final int IR_VERSION = 7;
  private static final int NARROW_OPSET = 21;
  private static final int NARROW_IR_VERSION = 10;
  private static final int NARROW_BITS = 4;

  private OnnxModel() {}

  /**
   * The bytes of {@code model.onnx}.
   *
   * @param metadata named texts for whoever deploys the model
   */
  public static byte[] bytes(FrozenNetwork network, Map<String, String> metadata) {
    return proto(network, new TreeMap<>(metadata)).toByteArray();
  }

  private static ModelProto proto(FrozenNetwork network, SortedMap<String, String> metadata) {
    boolean narrow =
        network.layers().stream().anyMatch(layer -> layer.weights().bits() <= NARROW_BITS);
    OnnxGraph graph =
        new OnnxGraph("subnet", "Quantized subnet; batch normalization is folded into the scales.");
    graph.input(
        INPUT,
        "Images, each channel normalized as the metadata says, in channel, row, column order.",
        network.inputChannels(),
        network.resolution(),
        network.resolution());
    String last = new OnnxLayers(network, graph).append(INPUT);
    graph.node("Identity", OUTPUT, List.of(last));
    graph.output(OUTPUT, "One score per class, before softmax.", network.classes());
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(narrow ? NARROW_IR_VERSION : IR_VERSION)
            .setProducerName("apq")
            .addOpsetImport(
                OperatorSetIdProto.newBuilder().setVersion(narrow ? NARROW_OPSET : OPSET))
            .setGraph(graph.build());
    metadata.forEach(
        (key, value) ->
            model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build();
  }
}
