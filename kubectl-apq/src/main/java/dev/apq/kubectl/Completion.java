package dev.apq.kubectl;

import dev.apq.kubectl.cluster.Connection;
import dev.apq.kubectl.cluster.Searches;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;

/**
 * Completes the last word of a command line in the form that kubectl asks plugins for: a candidate
 * a line, then {@code :4} for "offer no file names".
 */
final class Completion {
  /** First argument that asks for it. */
  static final String WORD = "__complete";

  private static final String NO_FILES = ":4";
  private static final Set<String> OF_A_SEARCH = Set.of("front", "policy", "explain", "pull");

  private Completion() {}

  /** Prints the candidates for the last of {@code words}. */
  static void print(Console console, String[] words) {
    String[] line = words.length == 0 ? new String[] {""} : words;
    String last = line[line.length - 1];
    Set<String> candidates = new TreeSet<>(known(console, line, last));
    boolean name =
        line.length == 2
            || (line.length > 2 && !line[line.length - 2].startsWith("-") && !named(line));
    if (name && OF_A_SEARCH.contains(line[0]) && !last.startsWith("-")) {
      searches(line).stream().filter(search -> search.startsWith(last)).forEach(candidates::add);
    }
    candidates.forEach(candidate -> console.out().print(candidate + "\n"));
    console.out().print(NO_FILES + "\n");
  }

  private static boolean named(String[] line) {
    for (int i = 1; i < line.length - 1; i++) {
      if (!line[i].startsWith("-") && !line[i - 1].startsWith("-")) {
        return true;
      }
    }
    return false;
  }

  private static List<String> known(Console console, String[] line, String last) {
    List<CharSequence> endings = new ArrayList<>();
    AutoComplete.complete(
        KubectlApq.commandLine(console).getCommandSpec(),
        line,
        line.length - 1,
        last.length(),
        String.join(" ", line).length(),
        endings);
    return endings.stream().map(ending -> last + ending).filter(word -> !word.isBlank()).toList();
  }

  /** Names of the searches; a cluster that does not answer completes nothing. */
  private static List<String> searches(String[] line) {
    @Nullable String kubeconfig = option(line, "--kubeconfig", "--kubeconfig");
    Connection.Target target =
        new Connection.Target(
            kubeconfig == null ? null : Path.of(kubeconfig),
            option(line, "--context", "--context"),
            option(line, "--namespace", "-n"));
    try (Connection connection = Connection.open(target)) {
      return Searches.in(connection).searches(false).stream()
          .map(search -> search.getMetadata().getName())
          .toList();
    } catch (RuntimeException e) {
      return List.of();
    }
  }

  private static @Nullable String option(String[] line, String name, String shortName) {
    for (int i = 0; i < line.length - 1; i++) {
      if (line[i].startsWith(name + "=")) {
        return line[i].substring(name.length() + 1);
      }
      if (Arrays.asList(name, shortName).contains(line[i])) {
        return line[i + 1];
      }
    }
    return null;
  }
}
