package dev.apq.kubectl.view;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.apq.core.artifact.Json;
import dev.apq.core.cost.CostModel;
import dev.apq.core.cost.Layer;
import dev.apq.core.cost.LayerCost;
import dev.apq.core.cost.LayerShape;
import dev.apq.core.cost.PricedLayer;
import dev.apq.core.policy.Policy;
import dev.apq.kubectl.view.TextTable.Cell;
import dev.apq.kubectl.view.TextTable.Column;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a policy's costs come from, layer by layer.
 *
 * @param digest digest of the policy
 * @param hardware name of the device
 * @param layers the layers in network order
 * @param total the whole network
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Explanation(String digest, String hardware, List<Row> layers, Row total) {
  private static final int BAR = 20;

  /**
   * A layer, or the sum of all.
   *
   * @param name where it is in the network
   * @param kind what it computes
   * @param inChannels input channels
   * @param outChannels output channels: the width
   * @param outSize output height and width in pixels
   * @param kernelSize kernel height and width in pixels
   * @param stride stride
   * @param weightBits bit width of the weights
   * @param activationBits bit width of the input
   * @param macs multiply-accumulates
   * @param bitOps multiply-accumulates times both bit widths
   * @param sizeBytes bytes of the deployed layer
   * @param latencyMs latency in milliseconds; 0 where it does not count
   * @param latencyShare share of the network's latency, 0..1
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Row(
      String name,
      @Nullable String kind,
      @Nullable Integer inChannels,
      @Nullable Integer outChannels,
      @Nullable Integer outSize,
      @Nullable Integer kernelSize,
      @Nullable Integer stride,
      @Nullable Integer weightBits,
      @Nullable Integer activationBits,
      long macs,
      long bitOps,
      double sizeBytes,
      double latencyMs,
      double latencyShare) {

    /** The kernel as people write it, empty for the sum. */
    String kernel() {
      if (kernelSize == null) {
        return "";
      }
      String size = kernelSize + "x" + kernelSize;
      String step = stride == null || stride == 1 ? "" : "/" + stride;
      return size + step + ("depthwise".equals(kind) ? " dw" : "");
    }
  }

  /** The explanation of a policy on a device. */
  public static Explanation of(Policy policy, CostModel model) {
    LayerCost total = model.cost(policy);
    double latency = total.latencyMs();
    return new Explanation(
        policy.digest(),
        model.hardware().name(),
        model.layers(policy).stream().map(priced -> row(priced, latency)).toList(),
        new Row(
            "total",
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            total.macs(),
            total.bitOps(),
            bytes(total),
            latency,
            1));
  }

  private static Row row(PricedLayer priced, double latency) {
    Layer layer = priced.layer();
    LayerShape shape = layer.shape();
    LayerCost cost = priced.cost();
    return new Row(
        layer.name(),
        shape.depthwise()
            ? "depthwise"
            : layer.role() == Layer.Role.CLASSIFIER ? "linear" : "dense",
        shape.inChannels(),
        shape.outChannels(),
        shape.outSize(),
        shape.kernelSize(),
        shape.stride(),
        shape.weightBits(),
        shape.activationBits(),
        cost.macs(),
        cost.bitOps(),
        bytes(cost),
        cost.latencyMs(),
        latency > 0 ? cost.latencyMs() / latency : 0);
  }

  private static double bytes(LayerCost cost) {
    return cost.modelBits() / 8.0;
  }

  /** One JSON document. */
  public String json() {
    return new String(Json.bytes(this), StandardCharsets.UTF_8);
  }

  /** The table as lines. */
  public List<String> lines(Terminal terminal) {
    TextTable table =
        new TextTable(
            Column.text("LAYER"),
            Column.text("SHAPE"),
            Column.text("KERNEL"),
            Column.text("BITS"),
            Column.number("MACS M"),
            Column.number("BITOPS G"),
            Column.number("SIZE KB"),
            Column.number("LATENCY ms"),
            Column.number("SHARE %"),
            Column.text(""));
    double largest = layers.stream().mapToDouble(Row::latencyShare).max().orElse(1);
    for (Row row : layers) {
      table.row(cells(row, largest, terminal));
    }
    List<Cell> sum = new ArrayList<>(cells(total, Double.POSITIVE_INFINITY, terminal));
    table.row(sum.stream().map(cell -> new Cell(cell.text(), Style.GOOD)).toList());
    return table.lines(terminal);
  }

  private static List<Cell> cells(Row row, double largest, Terminal terminal) {
    List<Cell> cells = new ArrayList<>();
    cells.add(Cell.of(row.name()));
    cells.add(
        Cell.of(
            row.kind() == null
                ? ""
                : "%d%s%d @%d"
                    .formatted(
                        row.inChannels(),
                        terminal.unicode() ? "→" : ">",
                        row.outChannels(),
                        row.outSize())));
    cells.add(Cell.of(row.kernel()));
    cells.add(
        Cell.of(row.kind() == null ? "" : "W" + row.weightBits() + "A" + row.activationBits()));
    cells.add(Cell.of(Numbers.cost(row.macs() / 1e6)));
    cells.add(Cell.of(Numbers.cost(row.bitOps() / 1e9)));
    cells.add(Cell.of(Numbers.cost(row.sizeBytes() / 1e3)));
    cells.add(Cell.of(Numbers.cost(row.latencyMs())));
    cells.add(Cell.of(Numbers.percent(row.latencyShare())));
    int bar = (int) Math.round(BAR * row.latencyShare() / largest);
    cells.add(new Cell((terminal.unicode() ? "█" : "#").repeat(bar), Style.POINT));
    return cells;
  }
}
