package dev.apq.worker.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** An ONNX graph under construction. Every node has one output, and the name of that output. */
final class OnnxGraph {
  private static final String BATCH = "N";

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Set<String> constants = new HashSet<>();

  OnnxGraph(String name, String doc) {
    graph.setName(name).setDocString(doc);
  }

  /**
   * Appends a node.
   *
   * @return its output, {@code name}
   */
  String node(String operator, String name, List<String> inputs, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(name)
            .addAllInput(inputs)
            .addOutput(name)
            .addAllAttribute(Arrays.asList(attributes)));
    return name;
  }

  static AttributeProto attribute(String name, int value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto attribute(String name, int... values) {
    var attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (int value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  /** Adds a constant of 32-bit floats; an empty shape makes a scalar. */
  String floats(String name, float[] values, int... shape) {
    ByteBuffer bytes = littleEndian(4 * values.length);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return constant(name, TensorProto.DataType.FLOAT, bytes.array(), shape);
  }

  /** Adds a constant of 32-bit integers. */
  String integers(String name, int[] values, int... shape) {
    ByteBuffer bytes = littleEndian(4 * values.length);
    for (int value : values) {
      bytes.putInt(value);
    }
    return constant(name, TensorProto.DataType.INT32, bytes.array(), shape);
  }

  /** Adds a constant of signed bytes. */
  String bytes(String name, byte[] values, int... shape) {
    return constant(name, TensorProto.DataType.INT8, values, shape);
  }

  /** Adds a constant unsigned byte. */
  String unsignedByte(String name, int value) {
    return constant(name, TensorProto.DataType.UINT8, new byte[] {(byte) value});
  }

  /** Adds a constant of signed 4-bit integers, two a byte, the first one in the low half. */
  String nibbles(String name, byte[] values, int... shape) {
    byte[] packed = new byte[(values.length + 1) / 2];
    for (int i = 0; i < values.length; i++) {
      packed[i / 2] |= (byte) ((values[i] & 0xF) << (i % 2 == 0 ? 0 : 4));
    }
    return constant(name, TensorProto.DataType.INT4, packed, shape);
  }

  private String constant(String name, TensorProto.DataType type, byte[] raw, int... shape) {
    if (constants.add(name)) {
      TensorProto.Builder tensor =
          TensorProto.newBuilder()
              .setName(name)
              .setDataType(type.getNumber())
              .setRawData(ByteString.copyFrom(raw));
      for (int extent : shape) {
        tensor.addDims(extent);
      }
      graph.addInitializer(tensor);
    }
    return name;
  }

  /** Declares a float input whose first dimension, the batch, is free. */
  void input(String name, String doc, int... shape) {
    graph.addInput(value(name, doc, shape));
  }

  /** Declares a float output whose first dimension, the batch, is free. */
  void output(String name, String doc, int... shape) {
    graph.addOutput(value(name, doc, shape));
  }

  private static ValueInfoProto value(String name, String doc, int... shape) {
    TensorShapeProto.Builder extents = TensorShapeProto.newBuilder();
    extents.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(BATCH));
    for (int extent : shape) {
      extents.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(extent));
    }
    TypeProto.Tensor type =
        TypeProto.Tensor.newBuilder()
            .setElemType(TensorProto.DataType.FLOAT.getNumber())
            .setShape(extents)
            .build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setDocString(doc)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }

  GraphProto build() {
    return graph.build();
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
