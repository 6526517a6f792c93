package dev.apq.local.node;

import java.util.Map;

/** Kubernetes' {@code $(NAME)} references in commands, arguments and environment values. */
final class Variables {
  private Variables() {}

  /**
   * Replaces each {@code $(NAME)} by its value. {@code $$} stands for one dollar sign, and a
   * reference to an unknown name stays as it is, as the API reference of {@code EnvVar.value} says.
   */
  static String expand(String text, Map<String, String> values) {
    StringBuilder out = new StringBuilder(text.length());
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      char next = at + 1 < text.length() ? text.charAt(at + 1) : '\0';
      if (c == '$' && next == '$') {
        out.append('$');
        at += 2;
      } else if (c == '$' && next == '(' && text.indexOf(')', at) > 0) {
        int end = text.indexOf(')', at);
        String value = values.get(text.substring(at + 2, end));
        out.append(value != null ? value : text.substring(at, end + 1));
        at = end + 1;
      } else {
        out.append(c);
        at++;
      }
    }
    return out.toString();
  }
}
