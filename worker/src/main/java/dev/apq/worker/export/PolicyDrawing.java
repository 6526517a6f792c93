package dev.apq.worker.export;

import dev.apq.core.cost.HardwareModel;
import dev.apq.core.cost.LayerShape;
import java.util.List;
import java.util.Locale;

/**
 * A network as an SVG: a column for each layer with its output channels, kernel, bit widths, and
 * its shares of the MACs and of the latency.
 */
final class PolicyDrawing {
  private static final int COLUMN = 24;
  private static final int LEFT = 96;
  private static final int BASE = 170;
  private static final int TALLEST = 120;
  private static final int SHARE_BASE = 290;
  private static final int SHARE_TALLEST = 60;
  private static final int HEIGHT = 420;

  private final List<FrozenLayer> layers;
  private final double[] latency;
  private final double[] macs;
  private final StringBuilder svg = new StringBuilder();

  PolicyDrawing(FrozenNetwork network, HardwareModel hardware) {
    this.layers = network.layers();
    this.latency =
        shares(layers.stream().mapToDouble(layer -> hardware.price(layer.shape()).latencyMs()));
    this.macs = shares(layers.stream().mapToDouble(layer -> layer.shape().macs()));
  }

  /** Each value's part of the sum. */
  static double[] shares(java.util.stream.DoubleStream values) {
    double[] shares = values.toArray();
    double sum = java.util.Arrays.stream(shares).sum();
    for (int i = 0; i < shares.length; i++) {
      shares[i] /= sum > 0 ? sum : 1;
    }
    return shares;
  }

  String svg() {
    int width = LEFT + COLUMN * layers.size() + 20;
    append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
            + " font-family=\"sans-serif\" font-size=\"10\" role=\"img\">",
        width, HEIGHT, width, HEIGHT);
    append("<title>Channels, kernels, bit widths and shares of each layer</title>");
    append("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", width, HEIGHT);
    label(BASE, "channels");
    label(BASE + 18, "weight bits");
    label(BASE + 38, "input bits");
    label(SHARE_BASE, "share of");
    append("<text x=\"8\" y=\"%d\" fill=\"#b45309\">latency</text>", SHARE_BASE + 14);
    append("<text x=\"46\" y=\"%d\" fill=\"#475569\">MACs</text>", SHARE_BASE + 14);
    int widest = layers.stream().mapToInt(layer -> layer.shape().outChannels()).max().orElse(1);
    double greatest = 1e-9;
    for (int i = 0; i < layers.size(); i++) {
      greatest = Math.max(greatest, Math.max(latency[i], macs[i]));
    }
    for (int i = 0; i < layers.size(); i++) {
      column(i, widest, greatest);
    }
    svg.append("</svg>\n");
    return svg.toString();
  }

  private void column(int index, int widest, double greatestShare) {
    FrozenLayer layer = layers.get(index);
    LayerShape shape = layer.shape();
    int x = LEFT + COLUMN * index;
    int tall = Math.max(2, TALLEST * shape.outChannels() / widest);
    append("<g><title>%s: %s</title>", Markup.text(layer.name()), Markup.text(shape.toString()));
    append(
        "<rect x=\"%d\" y=\"%d\" width=\"18\" height=\"%d\" fill=\"%s\" stroke=\"#334155\"/>",
        x, BASE - tall, tall, colour(shape.weightBits()));
    centred(x, BASE - tall - 4, String.valueOf(shape.outChannels()));
    if (shape.kernelSize() > 1) {
      centred(x, BASE - tall - 16, shape.kernelSize() + "×" + shape.kernelSize());
    }
    bits(x, BASE + 6, shape.weightBits());
    bits(x, BASE + 26, layer.input() == null ? 0 : layer.input().bits());
    bar(x, latency[index] / greatestShare, "#b45309");
    bar(x + 9, macs[index] / greatestShare, "#94a3b8");
    append(
        "<text transform=\"translate(%d,%d) rotate(55)\">%s</text></g>",
        x + 4, SHARE_BASE + 14, Markup.text(layer.name()));
  }

  private void bits(int x, int y, int bits) {
    append(
        "<rect x=\"%d\" y=\"%d\" width=\"18\" height=\"16\" fill=\"%s\" stroke=\"#334155\"/>",
        x, y, bits == 0 ? "#ffffff" : colour(bits));
    centred(x, y + 12, bits == 0 ? "–" : String.valueOf(bits));
  }

  private void bar(int x, double share, String colour) {
    double tall = SHARE_TALLEST * share;
    append(
        "<rect x=\"%d\" y=\"%.1f\" width=\"8\" height=\"%.1f\" fill=\"%s\"/>",
        x, SHARE_BASE - tall, tall, colour);
  }

  private void label(int y, String text) {
    append("<text x=\"8\" y=\"%d\" fill=\"#334155\">%s</text>", y, text);
  }

  private void centred(int x, int y, String text) {
    append("<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>", x + 9, y, text);
  }

  private static String colour(int bits) {
    return bits <= 4 ? "#86efac" : bits <= 6 ? "#fde68a" : "#bfdbfe";
  }

  private void append(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
