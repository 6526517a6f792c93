package dev.apq.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.contract.Stage;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The troubleshooting page has an entry for every reason that a user can meet, and no other. */
class TroubleshootingTest {
  private static final Path PAGE = Path.of("../docs/troubleshooting.md");
  private static final Path SOURCES = Path.of("src/main/java");
  private static final Pattern ENTRY = Pattern.compile("(?m)^### (\\w+)\n\n(\\S.*)$");

  /** Reasons of Events and of the Healthy condition stand where they are used. */
  private static final Pattern LITERAL =
      Pattern.compile(
          "(?:events\\.(?:normal|warning)|new Verdict)\\(\\s*[\\w.()]+,\\s*\"([A-Z]\\w+)\"");

  @Test
  void everyReasonHasAnEntryAndEveryEntryIsAReason() throws Exception {
    Set<String> entries = new TreeSet<>();
    Matcher entry = ENTRY.matcher(Files.readString(PAGE));
    while (entry.find()) {
      assertThat(entries.add(entry.group(1))).as(entry.group(1) + " has one entry").isTrue();
    }

    Set<String> literals = literals();
    assertThat(literals).contains("JobCreated", "SupernetUnhealthy", "PredictorReliable");
    Set<String> reasons = new TreeSet<>(literals);
    for (Field constant : Reasons.class.getFields()) {
      reasons.add((String) constant.get(null));
    }
    for (Stage stage : Stage.values()) {
      reasons.add(Reasons.of(stage));
    }
    assertThat(entries).isEqualTo(reasons);
  }

  private static Set<String> literals() throws IOException {
    Set<String> literals = new TreeSet<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        LITERAL
            .matcher(Files.readString(file))
            .results()
            .forEach(match -> literals.add(match.group(1)));
      }
    }
    return literals;
  }
}
