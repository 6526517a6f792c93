package dev.apq.core.artifact;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The safetensors file format: an 8-byte little-endian header length, a JSON header, then the
 * values. F32 tensors are read and written, I8 tensors only written, for other programs to read.
 * Nothing in a file is trusted: lengths, offsets and shapes are checked before memory is reserved.
 */
public final class Safetensors {
  private static final String METADATA = "__metadata__";
  private static final int MAX_HEADER = 1 << 22;
  private static final int MAX_RANK = 8;
  private static final int CHUNK = 1 << 16;

  private Safetensors() {}

  private record Entry(String name, int[] shape, long begin, long end) {}

  /**
   * Reads every tensor.
   *
   * @param maxBytes the file is refused unread when larger
   * @return the tensors, ordered by name
   * @throws InvalidArtifactException if the file is too large or malformed
   * @throws IOException if it cannot be read
   */
  public static Map<String, FloatTensor> read(Path file, long maxBytes) throws IOException {
    long size = Files.size(file);
    if (size > maxBytes) {
      throw new InvalidArtifactException(
          file + " has " + size + " bytes, more than the " + maxBytes + " allowed");
    }
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      return parse(in, size);
    } catch (InvalidArtifactException e) {
      throw new InvalidArtifactException(file + ": " + e.getMessage(), e);
    } catch (EOFException e) {
      throw new InvalidArtifactException(file + ": ends before its last tensor", e);
    }
  }

  /** Writes tensors, ordered by name; equal tensors give equal bytes. Replaces atomically. */
  public static void write(Path file, Map<String, FloatTensor> tensors) throws IOException {
    write(file, tensors, Map.of(), Map.of());
  }

  /**
   * Writes tensors of both types, the floats first, each type ordered by name; equal contents give
   * equal bytes. Replaces atomically.
   *
   * @param bytes tensors of signed bytes, under names that {@code floats} does not have
   * @param metadata texts for the reader
   */
  public static void write(
      Path file,
      Map<String, FloatTensor> floats,
      Map<String, ByteTensor> bytes,
      Map<String, String> metadata)
      throws IOException {
    TreeMap<String, FloatTensor> first = new TreeMap<>(floats);
    TreeMap<String, ByteTensor> second = new TreeMap<>(bytes);
    AtomicFiles.write(file, out -> write(out, first, second, new TreeMap<>(metadata)));
  }

  private static void write(
      OutputStream out,
      TreeMap<String, FloatTensor> floats,
      TreeMap<String, ByteTensor> bytes,
      TreeMap<String, String> metadata)
      throws IOException {
    ObjectNode header = Json.mapper().createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode texts = header.putObject(METADATA);
      metadata.forEach(texts::put);
    }
    long offset = 0;
    for (Map.Entry<String, FloatTensor> tensor : floats.entrySet()) {
      int[] shape = tensor.getValue().shape();
      long size = 4L * tensor.getValue().data().length;
      offset = describe(header, tensor.getKey(), "F32", shape, offset, size);
    }
    for (Map.Entry<String, ByteTensor> tensor : bytes.entrySet()) {
      int[] shape = tensor.getValue().shape();
      long size = tensor.getValue().data().length;
      offset = describe(header, tensor.getKey(), "I8", shape, offset, size);
    }
    byte[] json = Json.bytes(header);
    int padding = (8 - json.length % 8) % 8;
    ByteBuffer prefix = littleEndian(8 + json.length + padding);
    prefix.putLong(json.length + padding).put(json);
    while (prefix.hasRemaining()) {
      prefix.put((byte) ' ');
    }
    out.write(prefix.array());
    for (FloatTensor tensor : floats.values()) {
      writeValues(out, tensor.data());
    }
    for (ByteTensor tensor : bytes.values()) {
      out.write(tensor.data());
    }
  }

  private static long describe(
      ObjectNode header, String name, String type, int[] shape, long offset, long size) {
    if (header.has(name)) {
      throw new IllegalArgumentException("two tensors are called " + name);
    }
    ObjectNode entry = header.putObject(name);
    entry.put("dtype", type);
    ArrayNode extents = entry.putArray("shape");
    for (int extent : shape) {
      extents.add(extent);
    }
    entry.putArray("data_offsets").add(offset).add(offset + size);
    return offset + size;
  }

  private static void writeValues(OutputStream out, float[] data) throws IOException {
    ByteBuffer chunk = littleEndian(CHUNK);
    for (float value : data) {
      if (!chunk.hasRemaining()) {
        out.write(chunk.array());
        chunk.clear();
      }
      chunk.putFloat(value);
    }
    out.write(chunk.array(), 0, chunk.position());
  }

  private static Map<String, FloatTensor> parse(DataInputStream in, long size) throws IOException {
    if (size < 8) {
      throw new InvalidArtifactException("no safetensors header");
    }
    byte[] length = in.readNBytes(8);
    long headerLength = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (headerLength < 2 || headerLength > MAX_HEADER || headerLength > size - 8) {
      throw new InvalidArtifactException("header length " + headerLength + " is out of range");
    }
    JsonNode header = Json.read(in.readNBytes((int) headerLength), JsonNode.class);
    List<Entry> entries = entries(header, size - 8 - headerLength);
    Map<String, FloatTensor> tensors = new TreeMap<>();
    for (Entry entry : entries) {
      tensors.put(entry.name(), new FloatTensor(entry.shape(), readValues(in, entry)));
    }
    return tensors;
  }

  private static float[] readValues(DataInputStream in, Entry entry) throws IOException {
    float[] data = new float[(int) ((entry.end() - entry.begin()) / 4)];
    byte[] bytes = new byte[CHUNK];
    int done = 0;
    while (done < data.length) {
      int count = Math.min(CHUNK / 4, data.length - done);
      in.readFully(bytes, 0, 4 * count);
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(data, done, count);
      done += count;
    }
    return data;
  }

  private static List<Entry> entries(JsonNode header, long dataBytes)
      throws InvalidArtifactException {
    if (!header.isObject()) {
      throw new InvalidArtifactException("the header is no JSON object");
    }
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : header.properties()) {
      if (!field.getKey().equals(METADATA)) {
        entries.add(entry(field.getKey(), field.getValue()));
      }
    }
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long expected = 0;
    for (Entry entry : entries) {
      if (entry.begin() != expected) {
        throw new InvalidArtifactException(
            "tensor " + entry.name() + " starts at " + entry.begin() + ", expected " + expected);
      }
      expected = entry.end();
    }
    if (expected != dataBytes) {
      throw new InvalidArtifactException(
          "tensors cover " + expected + " of " + dataBytes + " data bytes");
    }
    return entries;
  }

  private static Entry entry(String name, JsonNode node) throws InvalidArtifactException {
    if (!node.path("dtype").asText().equals("F32")) {
      throw new InvalidArtifactException(
          "tensor " + name + " has dtype " + node.path("dtype") + "; only F32 is read");
    }
    JsonNode shapeNode = node.path("shape");
    JsonNode offsets = node.path("data_offsets");
    if (!shapeNode.isArray()
        || shapeNode.size() > MAX_RANK
        || !offsets.isArray()
        || offsets.size() != 2
        || !offsets.get(0).isIntegralNumber()
        || !offsets.get(1).isIntegralNumber()) {
      throw new InvalidArtifactException("tensor " + name + " lacks shape or data_offsets");
    }
    int[] shape = new int[shapeNode.size()];
    long count = 1;
    for (int i = 0; i < shape.length; i++) {
      JsonNode extent = shapeNode.get(i);
      if (!extent.isInt() || extent.intValue() < 0) {
        throw new InvalidArtifactException("tensor " + name + " has a bad shape " + shapeNode);
      }
      shape[i] = extent.intValue();
      count = Math.min(count * shape[i], 1L + Integer.MAX_VALUE);
    }
    long begin = offsets.get(0).longValue();
    long end = offsets.get(1).longValue();
    if (count > Integer.MAX_VALUE - 8 || begin < 0 || end < begin || end - begin != 4 * count) {
      throw new InvalidArtifactException(
          "tensor " + name + ": offsets " + offsets + " do not fit shape " + shapeNode);
    }
    return new Entry(name, shape, begin, end);
  }

  private static ByteBuffer littleEndian(int capacity) {
    return ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
  }
}
