package dev.apq.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.contract.CollectionSpec;
import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.PredictorSpec;
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

/**
 * A worker that cannot write to the end. Its process may write files of a few KiB only ({@code
 * RLIMIT_FSIZE}), so a write breaks off in the middle, as on a full disk.
 */
class FullDiskTest {
  private static final int KIB = 8;
  private static final WorkerSpec SPEC =
      new WorkerSpec(
          WorkerSpec.VERSION,
          3,
          TinySpaces.digits(),
          new DatasetSpec("digits", null),
          new RecipeSpec(1, 32, "0.004", "0.01", "0.1", "0", 1, null),
          new CollectionSpec(10, 10, 0, 1, 100, 64),
          new QuantizationSpec(Quantizer.PER_TENSOR, "0.001"),
          new PredictorSpec(16, 5, "0.001", 30, 1));

  @TempDir private Path folder;

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void asksForARetryLeavesNoHalfFileAndEndsOnceThereIsRoom() throws Exception {
    Files.write(folder.resolve("spec.json"), SPEC.canonicalJson());
    Path store = folder.resolve("store");
    Path stage = store.resolve("train");

    assertThat(train(store, "ulimit -f " + KIB + "; exec \"$@\""))
        .isEqualTo(ExitCode.STORAGE_UNAVAILABLE.code());
    assertThat(Manifest.read(stage)).isEmpty();
    assertThat(stage.resolve("supernet.safetensors")).doesNotExist();
    assertThat(Files.readString(folder.resolve("termination"))).contains("\"remedy\"");

    assertThat(train(store, "exec \"$@\"")).isEqualTo(ExitCode.DONE.code());
    assertThat(Manifest.read(stage).orElseThrow().firstDamagedFile(stage)).isEmpty();
    assertThat(Files.size(stage.resolve("supernet.safetensors"))).isGreaterThan(KIB * 1024);
  }

  private int train(Path store, String script) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", "-c", script, "worker"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:-UsePerfData", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Worker.class.getName(), "train"));
    command.addAll(List.of("--spec=" + folder.resolve("spec.json"), "--store=" + store.toUri()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("APQ_TERMINATION_LOG", folder.resolve("termination").toString());
    return builder.start().waitFor();
  }
}
