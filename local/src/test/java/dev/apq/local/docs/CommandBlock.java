package dev.apq.local.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A fenced block of shell commands in a document.
 *
 * @param document its path below the repository's root
 * @param mark why no test runs it, as readers see it in its first line
 * @param commands one a line, continued lines joined, comments and output left out
 */
public record CommandBlock(String document, Optional<String> mark, List<String> commands) {
  private static final Pattern FENCE =
      Pattern.compile(
          "^ *```(?:shell|sh|bash|(console))[^\\n]*\\n(.*?)^ *```",
          Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern MARK = Pattern.compile("^\\s*# (Needs [^\\n]*)\\n");
  private static final Pattern COMMENT = Pattern.compile("(^|\\s+)#(?![^ ]).*$");
  private static final List<String> FOLDERS = List.of("docs", "charts", "images", "k8s");

  /** Those of README, CONTRIBUTING and every document below docs, charts, images and k8s. */
  public static List<CommandBlock> all(Path root) {
    List<Path> documents =
        new ArrayList<>(List.of(root.resolve("README.md"), root.resolve("CONTRIBUTING.md")));
    for (String folder : FOLDERS) {
      try (Stream<Path> files = Files.walk(root.resolve(folder))) {
        files
            .filter(file -> file.toString().endsWith(".md"))
            .filter(file -> !root.relativize(file).toString().contains("target/"))
            .sorted()
            .forEach(documents::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return documents.stream().flatMap(file -> of(root, file)).toList();
  }

  private static Stream<CommandBlock> of(Path root, Path file) {
    String name = root.relativize(file).toString();
    return blocks(name, read(file)).stream();
  }

  static List<CommandBlock> blocks(String document, String text) {
    List<CommandBlock> blocks = new ArrayList<>();
    Matcher fence = FENCE.matcher(text);
    while (fence.find()) {
      String body = fence.group(2);
      Matcher mark = MARK.matcher(body);
      Optional<String> why = mark.find() ? Optional.of(mark.group(1)) : Optional.empty();
      blocks.add(new CommandBlock(document, why, commands(body, fence.group(1) != null)));
    }
    return blocks;
  }

  private static List<String> commands(String body, boolean prompts) {
    List<String> commands = new ArrayList<>();
    for (String line : body.replace("\\\n", " ").replace("|\n", "| ").split("\n")) {
      if (prompts && !line.startsWith("$ ")) {
        continue;
      }
      String command = COMMENT.matcher(prompts ? line.substring(2) : line).replaceFirst("");
      command = command.strip().replaceAll(" {2,}", " ");
      if (!command.isEmpty()) {
        commands.add(command);
      }
    }
    return List.copyOf(commands);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
