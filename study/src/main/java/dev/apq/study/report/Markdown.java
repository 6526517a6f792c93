package dev.apq.study.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A Markdown page in the making. */
final class Markdown {
  private final StringBuilder text = new StringBuilder();

  Markdown heading(int level, String title) {
    text.append("#".repeat(level)).append(' ').append(title).append("\n\n");
    return this;
  }

  Markdown paragraph(String words) {
    text.append(words).append("\n\n");
    return this;
  }

  /** Names the command that what stands above was made with. */
  Markdown command(String command) {
    text.append("Command: `").append(command).append("`\n\n");
    return this;
  }

  Markdown image(String file, String title) {
    text.append("![").append(title).append("](").append(file).append(")\n\n");
    return this;
  }

  Markdown table(List<String> head, List<List<String>> rows) {
    row(head);
    row(Collections.nCopies(head.size(), "---"));
    new ArrayList<>(rows).forEach(this::row);
    text.append('\n');
    return this;
  }

  private void row(List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
