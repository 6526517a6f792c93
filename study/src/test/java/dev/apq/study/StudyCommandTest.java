package dev.apq.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.contract.ExitCode;
import dev.apq.worker.stage.StopSignal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class StudyCommandTest {
  private final StringWriter errors = new StringWriter();
  @TempDir private Path folder;

  @Test
  void aWholeStudyIsReportedAndContinuesFromWhatIsDone() throws Exception {
    assertThat(run("--plan", tiny(), "--unhealthy-too")).isEqualTo(ExitCode.DONE.code());

    Path report = folder.resolve("report/tiny");
    assertThat(report.resolve("README.md")).content().contains("Supernet", "Transfer", "--plan");
    assertThat(report.resolve("results.json")).isNotEmptyFile();
    assertThat(report.resolve("search-accuracy.svg")).content().startsWith("<svg");
    Map<String, Long> work = modified(folder.resolve("work"));

    assertThat(run("--plan", tiny(), "--unhealthy-too")).isEqualTo(ExitCode.DONE.code());
    assertThat(modified(folder.resolve("work"))).isNotEmpty().isEqualTo(work);
  }

  @Test
  void anUnknownPlanIsNamed() {
    assertThat(run("--plan", "no-such-plan")).isEqualTo(ExitCode.BAD_SPEC.code());
    assertThat(errors.toString()).contains("no-such-plan", "cluttered-digits", "cifar10");
  }

  @Test
  void plansThatShipAreValid() {
    for (String name : StudyPlan.BUILT_IN) {
      assertThat(StudyPlan.builtIn(name)).isPresent();
    }
  }

  private int run(String... arguments) {
    String[] all =
        Stream.concat(
                Stream.of(arguments),
                Stream.of(
                    "--work", folder.resolve("work") + "", "--out", folder.resolve("report") + ""))
            .toArray(String[]::new);
    CommandLine command = StudyCommand.commandLine(new StopSignal(), all);
    command.setErr(new PrintWriter(errors, true));
    return command.execute(all);
  }

  private static String tiny() throws URISyntaxException {
    return Path.of(StudyCommandTest.class.getResource("tiny.json").toURI()).toString();
  }

  /** When each finished unit of work was written. */
  private static Map<String, Long> modified(Path folder) throws IOException {
    Map<String, Long> times = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        // Final networks and measured samples; what is copied from them is made anew each time.
        String path = file.toString();
        if (path.contains("/final/") || path.endsWith("samples.jsonl")) {
          times.put(path, Files.getLastModifiedTime(file).toMillis());
        }
      }
    }
    return times;
  }
}
