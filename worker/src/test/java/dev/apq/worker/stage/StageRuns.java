package dev.apq.worker.stage;

import dev.apq.core.artifact.Json;
import dev.apq.core.contract.CollectionSpec;
import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.Failure;
import dev.apq.core.contract.PredictorSpec;
import dev.apq.core.contract.QuantizationSpec;
import dev.apq.core.contract.Quantizer;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.contract.TrainingPrecision;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.worker.supernet.TinySpaces;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stages of a tiny network, run in this process on a store in a folder. */
final class StageRuns {
  /** Every stage in seconds. */
  static final WorkerSpec SPEC =
      spec(recipe(32, new RecipeSpec.Augmentation(1, false, "0.1"), null));

  private final Path folder;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  /**
   * @param folder holds specification, store and termination message
   */
  StageRuns(Path folder) {
    this.folder = folder;
  }

  static WorkerSpec spec(RecipeSpec recipe) {
    return new WorkerSpec(
        WorkerSpec.VERSION,
        7,
        TinySpaces.digits(),
        new DatasetSpec("digits", null),
        recipe,
        new CollectionSpec(12, 12, 1, 2, 120, 64),
        new QuantizationSpec(Quantizer.PER_TENSOR, "0.001"),
        new PredictorSpec(24, 12, "0.003", 30, 1));
  }

  static RecipeSpec recipe(
      int batchSize, RecipeSpec.Augmentation augmentation, @Nullable TrainingPrecision precision) {
    return new RecipeSpec(
        1,
        batchSize,
        "0.004",
        "0.01",
        "0.1",
        "0.05",
        1,
        true,
        "5",
        "0.9",
        augmentation,
        null,
        precision);
  }

  StoreLayout store() {
    return new StoreLayout(folder.resolve("store"));
  }

  Path specFile() {
    return folder.resolve("spec.json");
  }

  /** A stage of one shard or none. */
  ExitCode run(WorkerSpec spec, Stage stage) throws IOException {
    return run(spec, stage, new StopSignal(), Map.of());
  }

  ExitCode run(WorkerSpec spec, Stage stage, int shard) throws IOException {
    return run(
        spec, stage, new StopSignal(), Map.of("JOB_COMPLETION_INDEX", Integer.toString(shard)));
  }

  ExitCode run(WorkerSpec spec, Stage stage, StopSignal stop, Map<String, String> environment)
      throws IOException {
    Files.write(specFile(), spec.canonicalJson());
    return run(specFile(), stage, store().root().toUri(), stop, environment);
  }

  ExitCode run(
      Path specFile, Stage stage, URI store, StopSignal stop, Map<String, String> environment) {
    Map<String, String> whole = new HashMap<>(environment);
    whole.put("APQ_TERMINATION_LOG", folder.resolve("termination-log").toString());
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    return new StageRunner(whole, out, false, stop).run(stage, specFile, store);
  }

  /** The termination message of the last run that left one. */
  Failure failure() throws IOException {
    return Json.read(folder.resolve("termination-log"), Failure.class, Failure.MAX_BYTES);
  }

  /** Everything that was printed. */
  String log() {
    return printed.toString(StandardCharsets.UTF_8);
  }
}
