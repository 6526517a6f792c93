package dev.apq.charts;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of values in the chart's README, made from the comments in values.yaml. */
final class ValuesTable {
  private static final Pattern KEY = Pattern.compile("( *)([A-Za-z][A-Za-z0-9]*):.*");

  private ValuesTable() {}

  /** One row a documented value: path, default, description. */
  static String of(String values) {
    JsonNode defaults = Objects.yaml(values);
    StringBuilder table = new StringBuilder("| value | default | meaning |\n|---|---|---|\n");
    descriptions(values)
        .forEach(
            (path, text) ->
                table
                    .append("| `")
                    .append(String.join(".", path))
                    .append("` | `")
                    .append(at(defaults, path))
                    .append("` | ")
                    .append(text.replace("|", "\\|"))
                    .append(" |\n"));
    return table.toString();
  }

  /**
   * Paths that have a value of their own but no description, neither above it nor above a parent.
   */
  static List<String> undescribed(String values) {
    List<String> missing = new ArrayList<>();
    collect(Objects.yaml(values), List.of(), descriptions(values), missing);
    return missing;
  }

  private static void collect(
      JsonNode node,
      List<String> path,
      Map<List<String>, String> descriptions,
      List<String> missing) {
    if (descriptions.containsKey(path)) {
      return;
    }
    if (!node.isObject() || node.isEmpty()) {
      missing.add(String.join(".", path));
      return;
    }
    node.fields()
        .forEachRemaining(
            field -> {
              List<String> longer = new ArrayList<>(path);
              longer.add(field.getKey());
              collect(field.getValue(), longer, descriptions, missing);
            });
  }

  private static JsonNode at(JsonNode node, List<String> path) {
    JsonNode found = node;
    for (String key : path) {
      found = found.path(key);
    }
    return found;
  }

  /** Description by path, in the order of the file. */
  private static Map<List<String>, String> descriptions(String values) {
    Map<Integer, String> open = new TreeMap<>();
    Map<List<String>, String> found = new LinkedHashMap<>();
    StringBuilder comment = new StringBuilder();
    for (String line : values.lines().toList()) {
      String text = line.strip();
      Matcher key = KEY.matcher(line);
      if (text.startsWith("# -- ")) {
        comment = new StringBuilder(text.substring(5));
      } else if (text.startsWith("#") && !comment.isEmpty()) {
        comment.append(' ').append(text.substring(1).strip());
      } else if (key.matches()) {
        int depth = key.group(1).length();
        open.keySet().removeIf(other -> other >= depth);
        open.put(depth, key.group(2));
        if (!comment.isEmpty()) {
          found.put(List.copyOf(open.values()), comment.toString());
        }
        comment = new StringBuilder();
      } else {
        comment = new StringBuilder();
      }
    }
    return found;
  }
}
