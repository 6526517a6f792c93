package dev.apq.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.apq.core.artifact.Json;
import dev.apq.core.contract.ExitCode;
import dev.apq.study.work.StudyException;
import dev.apq.worker.stage.StopSignal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A study that is stopped in each of its parts finds what an undisturbed one finds. */
class StudyResumeTest {
  private static final Set<Part> ALL = EnumSet.allOf(Part.class);

  @TempDir private Path folder;

  @Test
  void stoppedInEachPartItContinuesToTheSameNumbers() throws Exception {
    StudyResults expected = run("straight", OutputStream.nullOutputStream(), new StopSignal());
    for (String part : new String[] {"train: ", "collect: ", "labels after 0", "final networks"}) {
      StopSignal stop = new StopSignal();
      assertThatThrownBy(() -> run("stopped", stopsAt(part, stop), stop))
          .as(part)
          .isInstanceOfSatisfying(
              StudyException.class,
              e -> assertThat(e.exitStatus()).isEqualTo(ExitCode.STOPPED.code()));
    }
    StudyResults actual = run("stopped", OutputStream.nullOutputStream(), new StopSignal());
    assertThat(actual.health()).isEqualTo(expected.health());
    assertThat(actual.transfer()).isEqualTo(expected.transfer());
    assertThat(policies(actual)).isNotEmpty().isEqualTo(policies(expected));
  }

  private StudyResults run(String name, OutputStream out, StopSignal stop) throws IOException {
    byte[] json = StudyResumeTest.class.getResourceAsStream("tiny.json").readAllBytes();
    StudyPlan plan = Json.read(json, StudyPlan.class);
    PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
    try (Study study = new Study(plan, folder.resolve(name), printed, stop)) {
      return study.run(ALL, null, true);
    }
  }

  /** Asks to stop once a text has been printed. */
  private static OutputStream stopsAt(String text, StopSignal stop) {
    return new ByteArrayOutputStream() {
      @Override
      public synchronized void write(byte[] bytes, int offset, int length) {
        super.write(bytes, offset, length);
        if (toString(StandardCharsets.UTF_8).contains(text)) {
          stop.request();
        }
      }
    };
  }

  /** What was found, without the CPU seconds it took. */
  private static String policies(StudyResults results) {
    StringBuilder found = new StringBuilder();
    for (var run : results.search().runs()) {
      found.append(run.method()).append(run.limit()).append(run.seed());
      if (run.found() != null) {
        found.append(run.found().policy().digest()).append(run.found().accuracy());
      }
      found.append('\n');
    }
    return found.toString();
  }
}
