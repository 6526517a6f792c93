package dev.apq.worker.export;

import dev.apq.core.cost.LayerShape;
import dev.apq.worker.data.Normalization;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Everything about an exported network on one page that needs no other file and no scripts. */
final class ReportPage {
  private static final String STYLE =
      """
      body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;
      color:#0f172a;background:#fff}
      table{border-collapse:collapse;margin:.5rem 0 1.5rem}
      th,td{padding:.2rem .8rem;border-bottom:1px solid #e2e8f0;text-align:right}
      th:first-child,td:first-child{text-align:left}
      figure{margin:0;overflow-x:auto}
      pre{background:#f1f5f9;padding:.8rem;overflow-x:auto}
      """;

  private final FrozenNetwork network;
  private final ModelCard card;
  private final ExportedModel exported;
  private final String drawing;
  private final StringBuilder html = new StringBuilder();

  ReportPage(FrozenNetwork network, ModelCard card, ExportedModel exported, String drawing) {
    this.network = network;
    this.card = card;
    this.exported = exported;
    this.drawing = drawing;
  }

  String html() {
    html.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
        .append(Markup.text(card.title()))
        .append("</title><style>\n")
        .append(STYLE)
        .append("</style></head><body>\n");
    element("h1", card.title());
    element("p", "Policy " + card.policy().digest() + " of search space " + card.space().name());
    accuracies();
    costs();
    sizes();
    element("h2", "Layers");
    html.append("<figure>\n").append(drawing).append("</figure>\n");
    layers();
    use();
    element("h2", "Policy");
    element("pre", new String(card.policy().canonicalJson(), StandardCharsets.UTF_8));
    html.append("</body></html>\n");
    return html.toString();
  }

  private void accuracies() {
    element("h2", "Accuracy");
    table("measured on", "accuracy, %", "standard error, points", "images");
    Double predicted = card.predicted();
    if (predicted != null) {
      row("nothing: predicted", Decimals.percent(predicted, 2), "", "");
    }
    proportion("validation images, which chose the policy", card.validation());
    proportion("test images", card.test());
    proportion("test images, by " + exported.runtime(), exported.exported());
    end();
    Agreement agreement = exported.agreement();
    element(
        "p",
        String.format(
            Locale.ROOT,
            "model.onnx and the measured network put the same class first for %d of %d test images;"
                + " their logits differ by %s on average and by %s at most, where the greatest"
                + " is %s.",
            agreement.sameTop(),
            agreement.images(),
            Decimals.rounded(agreement.meanDifference()),
            Decimals.rounded(agreement.maxDifference()),
            Decimals.rounded(agreement.greatestLogit())));
  }

  private void proportion(String name, Proportion proportion) {
    row(
        name,
        Decimals.percent(proportion.value(), 2),
        Decimals.percent(proportion.standardError(), 2),
        proportion.correct() + " of " + proportion.images());
  }

  private void costs() {
    element("h2", "Costs");
    table("metric", "value", "limit", "unit");
    for (ModelCard.Cost cost : card.costs()) {
      Double limit = cost.limit();
      row(
          cost.metric().displayName(),
          Decimals.rounded(cost.value()),
          limit == null ? "" : Decimals.rounded(limit),
          cost.metric().unit());
    }
    end();
    element("p", "Latency and energy are those of '" + card.hardware().name() + "'.");
  }

  private void sizes() {
    element("h2", "Sizes");
    table("what", "bytes");
    row("model.onnx", String.valueOf(exported.onnxBytes()));
    row("weights packed at their bit widths", String.valueOf(exported.weightBytes()));
    row(
        "the same and a 32-bit bias per channel: model size as the search counts it",
        String.valueOf(exported.costModelBytes()));
    end();
  }

  private void layers() {
    List<FrozenLayer> layers = network.layers();
    double[] latency =
        layers.stream()
            .mapToDouble(layer -> card.hardware().price(layer.shape()).latencyMs())
            .toArray();
    double[] shares = PolicyDrawing.shares(Arrays.stream(latency));
    table("layer", "in", "out", "kernel", "W bits", "A bits", "kMACs", "latency, ms", "share, %");
    for (int i = 0; i < layers.size(); i++) {
      FrozenLayer layer = layers.get(i);
      LayerShape shape = layer.shape();
      row(
          layer.name(),
          String.valueOf(shape.inChannels()),
          String.valueOf(shape.outChannels()),
          shape.kernelSize() + "×" + shape.kernelSize(),
          String.valueOf(shape.weightBits()),
          layer.input() == null ? "" : String.valueOf(layer.input().bits()),
          Decimals.rounded(shape.macs() / 1e3),
          Decimals.rounded(latency[i]),
          Decimals.percent(shares[i], 1));
    }
    end();
  }

  private void use() {
    element("h2", "Use");
    Normalization normalization = card.normalization();
    element(
        "p",
        "The input is '"
            + OnnxModel.INPUT
            + "', floats of shape [N, "
            + network.inputChannels()
            + ", "
            + network.resolution()
            + ", "
            + network.resolution()
            + "]: for each channel, (byte - mean) / deviation with the means "
            + Arrays.toString(normalization.mean())
            + " and the deviations "
            + Arrays.toString(normalization.deviation())
            + ". Normalization is not part of the graph.");
    element(
        "pre",
        """
        import numpy as np, onnxruntime as ort
        session = ort.InferenceSession("model.onnx", providers=["CPUExecutionProvider"])
        meta = session.get_modelmeta().custom_metadata_map
        mean, deviation = (np.array(meta["apq.input." + name].split(","), np.float32)
                           .reshape(1, -1, 1, 1) for name in ("mean", "deviation"))
        pixels = ...  # uint8, [N, channels, height, width]
        logits = session.run(None, {"images": (pixels - mean) / deviation})[0]
        print(logits.argmax(1))
        """);
  }

  private void table(String... heads) {
    html.append("<table><tr>");
    for (String head : heads) {
      html.append("<th>").append(Markup.text(head)).append("</th>");
    }
    html.append("</tr>\n");
  }

  private void row(String... cells) {
    html.append("<tr>");
    for (String cell : cells) {
      html.append("<td>").append(Markup.text(cell)).append("</td>");
    }
    html.append("</tr>\n");
  }

  private void end() {
    html.append("</table>\n");
  }

  private void element(String name, String content) {
    html.append('<').append(name).append('>').append(Markup.text(content));
    html.append("</").append(name).append(">\n");
  }
}
