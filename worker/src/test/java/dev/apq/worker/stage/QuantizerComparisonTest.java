package dev.apq.worker.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.Safetensors;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.contract.WorkerSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantizerComparisonTest {
  @TempDir private Path folder;

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();

  @Test
  void everyQuantizerMeasuresTheSameSubnets() throws IOException {
    StageRuns runs = new StageRuns(folder);
    assertThat(runs.run(StageRuns.SPEC, Stage.TRAIN)).isEqualTo(ExitCode.DONE);
    assertThat(compare(runs.specFile(), runs.store().root())).isEqualTo(ExitCode.DONE);
    assertThat(logged.toString(StandardCharsets.UTF_8)).contains("measured 3 of 3 subnets");
    List<String> rows = printed.toString(StandardCharsets.UTF_8).lines().skip(2).toList();
    assertThat(rows).hasSize(1 + 2 * 3);
    assertThat(rows.get(0)).contains("full precision");
    assertThat(rows.subList(1, 4)).allMatch(row -> row.startsWith("| 0 | "));
    assertThat(rows.subList(4, 7)).allMatch(row -> row.startsWith("| 2 | "));
    for (String quantizer : List.of("per-channel", "paper", "per-tensor")) {
      assertThat(rows).filteredOn(row -> row.contains("| " + quantizer + " |")).hasSize(2);
    }
  }

  @Test
  void whatIsMissingIsNamedWithARemedy() throws IOException {
    Path spec = Files.write(folder.resolve("spec.json"), StageRuns.SPEC.canonicalJson());
    assertThat(compare(spec, folder.resolve("store"))).isEqualTo(ExitCode.INPUT_UNUSABLE);
    assertThat(compare(folder.resolve("none.json"), folder)).isEqualTo(ExitCode.BAD_SPEC);
    assertThat(logged.toString(StandardCharsets.UTF_8))
        .contains("run that stage first", "none.json does not exist", "remedy: ");
  }

  @Test
  void fineTuningThatDivergesNamesTheLearningRate() throws IOException {
    StageRuns runs = new StageRuns(folder);
    assertThat(runs.run(StageRuns.SPEC, Stage.TRAIN)).isEqualTo(ExitCode.DONE);
    breakSupernet(runs.store().stage(Stage.TRAIN));
    assertThat(compare(runs.specFile(), runs.store().root())).isEqualTo(ExitCode.BAD_SPEC);
    assertThat(logged.toString(StandardCharsets.UTF_8))
        .contains(
            "error: fine-tuning diverged: the loss is not finite at step 0",
            "remedy: lower quantization.learningRate (now 0.001)");
  }

  private static void breakSupernet(Path train) throws IOException {
    Path file = train.resolve(StoreLayout.SUPERNET);
    Map<String, FloatTensor> weights = new TreeMap<>(Safetensors.read(file, 1 << 24));
    weights.replaceAll(
        (name, tensor) -> {
          float[] data = new float[tensor.data().length];
          Arrays.fill(data, Float.NaN);
          return new FloatTensor(tensor.shape(), data);
        });
    Safetensors.write(file, weights);
    Map<String, Manifest.FileEntry> files =
        Map.of(StoreLayout.SUPERNET, Manifest.FileEntry.of(file));
    new Manifest(
            WorkerSpec.VERSION,
            Stage.TRAIN.folder(),
            null,
            "sha256:broken",
            files,
            Map.of(),
            Map.of())
        .write(train);
  }

  private ExitCode compare(Path spec, Path store) {
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    PrintStream log = new PrintStream(logged, true, StandardCharsets.UTF_8);
    return new QuantizerComparison(out, log).compare(spec, store, 3, List.of(0, 2));
  }
}
