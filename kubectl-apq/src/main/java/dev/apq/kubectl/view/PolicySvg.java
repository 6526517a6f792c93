package dev.apq.kubectl.view;

import dev.apq.core.space.BlockSpace;
import dev.apq.core.space.SearchSpace;
import dev.apq.kubectl.view.Explanation.Row;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** A policy layer by layer as a picture, beside what its search space offers. */
public final class PolicySvg {
  private static final int WIDTH = 720;
  private static final int TOP = 66;
  private static final int BOTTOM = 34;
  private static final int ROW = 20;
  private static final int NAME = 12;
  private static final int WIDTHS = 130;
  private static final int WIDTHS_LENGTH = 140;
  private static final int KERNEL = 330;
  private static final int WEIGHTS = 420;
  private static final int ACTIVATIONS = 464;
  private static final int CELL = 38;
  private static final int LATENCY = 520;
  private static final int LATENCY_LENGTH = 140;

  /** Of 2 to 8 bits: the more, the darker. */
  private static final List<String> SHADES =
      List.of("#f7fbff", "#deebf7", "#c6dbef", "#9ecae1", "#6baed6", "#3182bd", "#08519c");

  private static final int FIRST_DARK = 7;

  private final Svg svg;
  private final Explanation explanation;
  private final SearchSpace space;
  private final double channels;
  private final double share;
  private int y = TOP;

  private PolicySvg(Explanation explanation, SearchSpace space, int rows) {
    this.svg = new Svg(WIDTH, TOP + rows * ROW + BOTTOM);
    this.explanation = explanation;
    this.space = space;
    int offered =
        space.blocks().stream().mapToInt(block -> Collections.max(block.widths())).max().orElse(0);
    int given =
        explanation.layers().stream()
            .mapToInt(row -> Objects.requireNonNullElse(row.outChannels(), 0))
            .max()
            .orElse(1);
    this.channels = Math.max(offered, given);
    this.share = explanation.layers().stream().mapToDouble(Row::latencyShare).max().orElse(0);
  }

  /**
   * The picture.
   *
   * @param title what the policy is
   * @param space the space that the explained policy is a member of
   */
  public static String of(String title, Explanation explanation, SearchSpace space) {
    int out = (int) space.blocks().stream().filter(b -> rows(explanation, b).isEmpty()).count();
    return new PolicySvg(explanation, space, explanation.layers().size() + out).draw(title);
  }

  private String draw(String title) {
    svg.text(NAME, 22, "start", " font-weight=\"bold\"", title);
    svg.text(NAME, TOP - 14, "start", "layer");
    svg.text(WIDTHS, TOP - 14, "start", "channels out, of those offered");
    svg.text(KERNEL, TOP - 14, "start", "kernel");
    svg.text(WEIGHTS + CELL, TOP - 26, "middle", "bits of");
    svg.text(WEIGHTS + CELL / 2, TOP - 12, "middle", "weights");
    svg.text(ACTIVATIONS + CELL / 2, TOP - 12, "middle", "input");
    svg.text(LATENCY, TOP - 14, "start", "latency, share in percent");
    List<Row> layers = explanation.layers();
    layers.stream().takeWhile(row -> !searched(row)).forEach(row -> layer(row, 0));
    space.blocks().forEach(this::block);
    layers.stream()
        .dropWhile(row -> !searched(row))
        .filter(row -> !searched(row))
        .forEach(row -> layer(row, 0));
    svg.text(
        NAME,
        y + 22,
        "start",
        " fill=\"#666666\"",
        "Grey: what the space offers and the policy leaves out. Every bit width is one of %s."
            .formatted(
                String.join(", ", space.bitWidths().stream().map(String::valueOf).toList())));
    return svg.end();
  }

  private void block(BlockSpace block) {
    List<Row> rows = rows(explanation, block);
    int height = ROW * Math.max(1, rows.size());
    if (block.index() % 2 == 0) {
      svg.line(
          "<rect x=\"0\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#f5f5f5\"/>"
              .formatted(y, WIDTH, height));
    }
    if (rows.isEmpty()) {
      svg.text(NAME, y + 14, "start", " fill=\"#888888\"", "block" + block.index() + " left out");
      bar(WIDTHS, length(Collections.max(block.widths())), "#d9d9d9");
      y += ROW;
    }
    for (Row row : rows) {
      layer(row, row.name().endsWith(".project") ? 0 : Collections.max(block.widths()));
    }
  }

  /** One row; {@code offered} is the largest width that the space has for it, 0 for a fixed one. */
  private void layer(Row row, int offered) {
    svg.text(NAME, y + 14, "start", row.name());
    int width = Objects.requireNonNull(row.outChannels());
    if (offered > width) {
      bar(WIDTHS, length(offered), "#d9d9d9");
    }
    bar(WIDTHS, length(width), offered == 0 ? "#a6a6a6" : "#009e73");
    String number = offered == 0 ? String.valueOf(width) : width + " of " + offered;
    svg.text(
        Svg.decimal(WIDTHS + length(Math.max(offered, width)) + 5),
        y + 14,
        "start",
        " font-size=\"10\"",
        number);
    svg.text(KERNEL, y + 14, "start", row.kernel());
    bits(WEIGHTS, Objects.requireNonNull(row.weightBits()));
    bits(ACTIVATIONS, Objects.requireNonNull(row.activationBits()));
    double length = share > 0 ? LATENCY_LENGTH * row.latencyShare() / share : 0;
    bar(LATENCY, length, "#d55e00");
    svg.text(
        Svg.decimal(LATENCY + length + 5),
        y + 14,
        "start",
        " font-size=\"10\"",
        Numbers.percent(row.latencyShare()));
    y += ROW;
  }

  private double length(int width) {
    return WIDTHS_LENGTH * width / channels;
  }

  private void bar(int x, double length, String colour) {
    svg.line(
        "<rect x=\"%d\" y=\"%d\" width=\"%s\" height=\"%d\" fill=\"%s\"/>"
            .formatted(x, y + 4, Svg.decimal(length), ROW - 8, colour));
  }

  private void bits(int x, int bits) {
    svg.line(
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\" stroke=\"#888888\"/>"
            .formatted(x, y + 2, CELL, ROW - 4, SHADES.get(bits - 2)));
    svg.text(
        x + CELL / 2,
        y + 14,
        "middle",
        bits < FIRST_DARK ? "" : " fill=\"white\"",
        String.valueOf(bits));
  }

  private static List<Row> rows(Explanation explanation, BlockSpace block) {
    return explanation.layers().stream()
        .filter(row -> row.name().startsWith("block" + block.index() + "."))
        .toList();
  }

  private static boolean searched(Row row) {
    return row.name().startsWith("block");
  }
}
