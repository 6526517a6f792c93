package dev.apq.kubectl.view;

import java.util.Locale;

/** A picture under construction: SVG without scripts, styles or references. */
final class Svg {
  private final StringBuilder content = new StringBuilder();

  /** An empty picture on white, its sizes in units of the picture. */
  Svg(int width, int height) {
    line(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">"
            .formatted(width, height));
    line("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>");
  }

  /** Appends an element in SVG's own words. */
  void line(String element) {
    content.append(element).append('\n');
  }

  /** Appends a text; {@code anchor} is start, middle or end. */
  void text(Object x, Object y, String anchor, String text) {
    text(x, y, anchor, "", text);
  }

  /** The same with further attributes, which begin with a space. */
  void text(Object x, Object y, String anchor, String attributes, String text) {
    line(
        "<text x=\"%s\" y=\"%s\"%s text-anchor=\"%s\">%s</text>"
            .formatted(x, y, attributes, anchor, escaped(text)));
  }

  /** The whole picture. */
  String end() {
    return content + "</svg>\n";
  }

  static String decimal(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
