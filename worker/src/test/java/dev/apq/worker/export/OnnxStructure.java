package dev.apq.worker.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the ONNX specification asks of a model's structure, and that nothing in it is idle. */
final class OnnxStructure {
  private static final Map<String, List<Integer>> INPUTS =
      Map.of(
          "QuantizeLinear", List.of(3),
          "DequantizeLinear", List.of(3),
          "Clip", List.of(3),
          "Conv", List.of(3),
          "MatMul", List.of(2),
          "Add", List.of(2),
          "GlobalAveragePool", List.of(1),
          "Flatten", List.of(1),
          "Identity", List.of(1),
          "Round", List.of(1));

  private OnnxStructure() {}

  static void assertValid(ModelProto model) {
    GraphProto graph = model.getGraph();
    Map<String, Integer> readers = new HashMap<>();
    Set<String> defined = new HashSet<>();
    graph.getInputList().forEach(input -> define(input.getName(), defined, readers));
    for (TensorProto constant : graph.getInitializerList()) {
      define(constant.getName(), defined, readers);
      assertThat((long) constant.getRawData().size())
          .as(constant.getName())
          .isEqualTo(bytes(constant));
    }
    Set<String> names = new HashSet<>();
    for (NodeProto node : graph.getNodeList()) {
      assertThat(names.add(node.getName())).as("one node " + node.getName()).isTrue();
      assertThat(INPUTS.get(node.getOpType())).as(node.getOpType()).contains(node.getInputCount());
      for (String input : node.getInputList()) {
        assertThat(defined).as("before " + node.getName()).contains(input);
        readers.merge(input, 1, Integer::sum);
      }
      node.getOutputList().forEach(output -> define(output, defined, readers));
    }
    graph.getOutputList().forEach(output -> readers.merge(output.getName(), 1, Integer::sum));
    assertThat(readers).as("nothing is computed or stored in vain").doesNotContainValue(0);
  }

  private static void define(String name, Set<String> defined, Map<String, Integer> readers) {
    assertThat(defined.add(name)).as("one value " + name).isTrue();
    readers.put(name, 0);
  }

  private static long bytes(TensorProto constant) {
    long count =
        constant.getDimsList().stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
    return switch (constant.getDataType()) {
      case TensorProto.DataType.FLOAT_VALUE, TensorProto.DataType.INT32_VALUE -> 4 * count;
      case TensorProto.DataType.INT8_VALUE, TensorProto.DataType.UINT8_VALUE -> count;
      case TensorProto.DataType.INT4_VALUE -> (count + 1) / 2;
      default -> throw new AssertionError("unexpected type " + constant.getDataType());
    };
  }
}
