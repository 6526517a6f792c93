package dev.apq.core.cost;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;
import dev.apq.core.space.SearchSpace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Latency and energy as measured on a device. Only exact entries are used: the cost of a layer is
 * no smooth function of its shape or bit widths, so nothing is interpolated.
 *
 * <p>JSON: {@code {"name": "board", "schemaVersion": 1, "columns": [...], "rows": [[...], ...]}}.
 * The columns are {@code inChannels, outChannels, inSize, kernelSize, stride, groups, weightBits,
 * activationBits, latencyMs} and optionally {@code energyMj}, in this order; each row gives a
 * layer's values.
 */
public final class MeasuredTable implements HardwareModel {
  /** A table is refused when larger, in bytes; a ConfigMap holds no more. */
  public static final int MAX_BYTES = 1 << 20;

  private static final List<String> SHAPE_COLUMNS =
      List.of(
          "inChannels",
          "outChannels",
          "inSize",
          "kernelSize",
          "stride",
          "groups",
          "weightBits",
          "activationBits");

  private static final String LATENCY_COLUMN = "latencyMs";
  private static final String ENERGY_COLUMN = "energyMj";
  private static final int SCHEMA_VERSION = 1;
  private static final double MILLION = 1e6;

  private final String name;
  private final Map<LayerShape, Price> prices;

  private MeasuredTable(String name, Map<LayerShape, Price> prices) {
    this.name = name;
    this.prices = prices;
  }

  /** The file's form. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Document(
      int schemaVersion, String name, List<String> columns, List<List<Double>> rows) {
    Document {
      if (schemaVersion != SCHEMA_VERSION) {
        throw new IllegalArgumentException("schemaVersion must be " + SCHEMA_VERSION);
      }
      if (name == null || columns == null || rows == null) {
        throw new IllegalArgumentException("needs name, columns and rows");
      }
    }
  }

  /**
   * Parses a table.
   *
   * @throws InvalidArtifactException naming the row and column that are wrong
   */
  public static MeasuredTable parse(byte[] json) throws InvalidArtifactException {
    if (json.length > MAX_BYTES) {
      throw new InvalidArtifactException("a measured table may have " + MAX_BYTES + " bytes");
    }
    Document document = Json.read(json, Document.class);
    List<String> latencyOnly = new ArrayList<>(SHAPE_COLUMNS);
    latencyOnly.add(LATENCY_COLUMN);
    List<String> withEnergy = new ArrayList<>(latencyOnly);
    withEnergy.add(ENERGY_COLUMN);
    if (!document.columns().equals(latencyOnly) && !document.columns().equals(withEnergy)) {
      throw new InvalidArtifactException(
          "columns must be " + latencyOnly + ", optionally followed by " + ENERGY_COLUMN);
    }
    Map<LayerShape, Price> prices = new HashMap<>();
    for (int i = 0; i < document.rows().size(); i++) {
      addRow(document.rows().get(i), i, document.columns().size(), prices);
    }
    return new MeasuredTable(document.name(), Map.copyOf(prices));
  }

  /**
   * A table's file.
   *
   * @param name of the device
   * @param latencyMs milliseconds of each layer, in the order of the rows
   */
  public static byte[] json(String name, Map<LayerShape, Double> latencyMs) {
    ObjectNode document = Json.mapper().createObjectNode();
    document.put("schemaVersion", SCHEMA_VERSION).put("name", name);
    ArrayNode columns = document.putArray("columns");
    SHAPE_COLUMNS.forEach(columns::add);
    columns.add(LATENCY_COLUMN);
    ArrayNode rows = document.putArray("rows");
    latencyMs.forEach(
        (shape, latency) ->
            rows.addArray()
                .add(shape.inChannels())
                .add(shape.outChannels())
                .add(shape.inSize())
                .add(shape.kernelSize())
                .add(shape.stride())
                .add(shape.groups())
                .add(shape.weightBits())
                .add(shape.activationBits())
                .add(Math.rint(latency * MILLION) / MILLION));
    return Json.bytes(document);
  }

  private static void addRow(
      List<Double> row, int index, int columns, Map<LayerShape, Price> prices)
      throws InvalidArtifactException {
    String where = "rows[" + index + "]: ";
    if (row == null || row.size() != columns || row.contains(null)) {
      throw new InvalidArtifactException(where + "needs " + columns + " numbers");
    }
    int[] values = new int[SHAPE_COLUMNS.size()];
    for (int c = 0; c < values.length; c++) {
      double value = row.get(c);
      if (value != Math.rint(value) || value < 1 || value > 1 << 20) {
        throw new InvalidArtifactException(
            where + SHAPE_COLUMNS.get(c) + " must be a whole number, was " + value);
      }
      values[c] = (int) value;
    }
    double latency = row.get(values.length);
    double energy = columns > values.length + 1 ? row.get(values.length + 1) : Double.NaN;
    if (!(latency >= 0) || energy < 0 || Double.isInfinite(latency + energy)) {
      throw new InvalidArtifactException(where + "latency and energy must not be negative");
    }
    LayerShape shape;
    try {
      shape =
          new LayerShape(
              values[0], values[1], values[2], values[3], values[4], values[5], values[6],
              values[7]);
    } catch (IllegalArgumentException e) {
      throw new InvalidArtifactException(where + e.getMessage(), e);
    }
    if (prices.put(shape, new Price(latency, energy)) != null) {
      throw new InvalidArtifactException(where + "measured twice: " + shape);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Price price(LayerShape shape) {
    Price price = prices.get(shape);
    if (price == null) {
      throw new MissingMeasurementException(
          "table '" + name + "' has no entry for " + shape + "; measure it and add a row");
    }
    return price;
  }

  /**
   * The shapes of a space that this table lacks, for a message that names them all at once.
   *
   * @return empty if every member of the space can be priced
   */
  public Set<LayerShape> missing(SearchSpace space, LayerSet layerSet) {
    return required(space, layerSet).stream()
        .filter(shape -> !prices.containsKey(shape))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Every layer shape to measure so that all members of a space can be priced. */
  public static Set<LayerShape> required(SearchSpace space, LayerSet layerSet) {
    return SpaceLayers.shapes(space, layerSet);
  }
}
