package dev.apq.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.contract.CollectionSpec;
import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.PredictorSpec;
import dev.apq.core.contract.Progress;
import dev.apq.core.contract.QuantizationSpec;
import dev.apq.core.contract.Quantizer;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.worker.supernet.TinySpaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The worker as a process of its own, as a Pod runs it. */
class WorkerProcessTest {
  private static final String STAGE = "train";

  @TempDir private Path folder;

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void terminatedThenKilledItStillMakesTheSameBytes() throws Exception {
    write(spec(2));
    Path undisturbed = folder.resolve("undisturbed");
    assertThat(start(undisturbed).waitFor()).isEqualTo(ExitCode.DONE.code());

    Path disturbed = folder.resolve("disturbed");
    Process terminated = start(disturbed);
    awaitProgress(terminated, disturbed);
    terminated.destroy();
    assertThat(terminated.waitFor()).isEqualTo(ExitCode.STOPPED.code());
    assertThat(disturbed.resolve(STAGE).resolve("checkpoint.json")).exists();

    Files.delete(disturbed.resolve(STAGE).resolve(Progress.FILE_NAME));
    Process killed = start(disturbed);
    awaitProgress(killed, disturbed);
    killed.destroyForcibly();
    killed.waitFor();
    assertThat(start(disturbed).waitFor()).isEqualTo(ExitCode.DONE.code());

    Manifest expected = Manifest.read(undisturbed.resolve(STAGE)).orElseThrow();
    assertThat(Manifest.read(disturbed.resolve(STAGE))).hasValue(expected);
    assertThat(expected.firstDamagedFile(disturbed.resolve(STAGE))).isEmpty();
  }

  @Test
  void aWrongCommandLineIsUsage() throws Exception {
    assertThat(process(List.of("train")).waitFor()).isEqualTo(ExitCode.USAGE.code());
    assertThat(process(List.of("no-such-stage")).waitFor()).isEqualTo(ExitCode.USAGE.code());
    assertThat(process(List.of("train", "--help")).waitFor()).isEqualTo(ExitCode.DONE.code());
  }

  /** Waits until the process reports progress; it writes the file after its first step. */
  private static void awaitProgress(Process process, Path store) throws Exception {
    Path progress = store.resolve(STAGE).resolve(Progress.FILE_NAME);
    while (process.isAlive() && !Files.exists(progress)) {
      process.waitFor(20, TimeUnit.MILLISECONDS);
    }
    assertThat(process.isAlive()).as("still training").isTrue();
  }

  private Process start(Path store) throws IOException {
    return process(
        List.of(STAGE, "--spec=" + folder.resolve("spec.json"), "--store=" + store.toUri()));
  }

  private Process process(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Worker.class.getName());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(folder.resolve("log").toFile());
    builder.environment().put("APQ_TERMINATION_LOG", folder.resolve("termination").toString());
    return builder.start();
  }

  private void write(WorkerSpec spec) throws IOException {
    Files.write(folder.resolve("spec.json"), spec.canonicalJson());
  }

  private static WorkerSpec spec(int epochs) {
    return new WorkerSpec(
        WorkerSpec.VERSION,
        3,
        TinySpaces.digits(),
        new DatasetSpec("digits", null),
        new RecipeSpec(epochs, 32, "0.004", "0.01", "0.1", "0", 1, null),
        new CollectionSpec(10, 10, 0, 1, 100, 64),
        new QuantizationSpec(Quantizer.PER_TENSOR, "0.001"),
        new PredictorSpec(16, 5, "0.001", 30, 1));
  }
}
