package dev.apq.worker.export;

/** Text in XML and HTML. */
final class Markup {
  private Markup() {}

  /** The text with every character escaped that could end it. */
  static String text(String raw) {
    return raw.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
