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
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.contract.VerifySpec;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.core.policy.Sampler;
import dev.apq.core.random.RandomStream;
import dev.apq.worker.stage.StageRunner;
import dev.apq.worker.stage.StopSignal;
import dev.apq.worker.supernet.TinySpaces;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every stage is killed, by SIGTERM and by SIGKILL, at moments that a seed draws, and started
 * again: its files are those of a run that nobody disturbed.
 *
 * <p>Another seed than the default can be set: {@code -Dapq.kill.seed=7}.
 */
class RandomKillTest {
  private static final long SEED = Long.getLong("apq.kill.seed", 1);
  private static final WorkerSpec TRAINING =
      new WorkerSpec(
          WorkerSpec.VERSION,
          3,
          TinySpaces.digits(),
          new DatasetSpec("digits", null),
          new RecipeSpec(
              2,
              32,
              "0.004",
              "0.01",
              "0.1",
              "0",
              1,
              true,
              "5",
              "0.9",
              RecipeSpec.Augmentation.NONE,
              null,
              null),
          new CollectionSpec(24, 24, 2, 1, 300, 64),
          new QuantizationSpec(Quantizer.PER_CHANNEL, "0.001"),
          new PredictorSpec(64, 60, "0.001", 60, 2));
  private static final WorkerSpec VERIFICATION = TRAINING.verifying(candidates());

  @TempDir private Path folder;

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void everyStageKilledAtRandomMomentsMakesTheSameBytes() throws Exception {
    List<String> ends = new ArrayList<>();
    boolean kill = RandomStream.of(SEED).nextBoolean(0.5);
    for (Stage stage : Stage.values()) {
      Path spec = spec(stage);
      long start = System.nanoTime();
      assertThat(inThisProcess(stage, spec, "undisturbed")).isEqualTo(ExitCode.DONE);
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      RandomStream random = RandomStream.of(SEED, stage.ordinal());
      int disturbances = stage == Stage.TRAIN ? 2 : 1;
      for (int disturbance = 0; disturbance < disturbances; disturbance++) {
        ends.add(
            stage.folder()
                + " "
                + disturb(stage, spec, kill, (long) (random.nextDouble() * millis)));
        kill = !kill;
      }
      assertThat(inThisProcess(stage, spec, "disturbed")).isEqualTo(ExitCode.DONE);

      Path folderOfStage = sealed(stage, "disturbed");
      Manifest expected = Manifest.read(sealed(stage, "undisturbed")).orElseThrow();
      assertThat(Manifest.read(folderOfStage))
          .as("%s, seed %d: %s", stage, SEED, ends)
          .hasValue(expected);
      assertThat(expected.firstDamagedFile(folderOfStage)).isEmpty();
    }
    assertThat(ends)
        .as("seed %d", SEED)
        .anyMatch(end -> end.endsWith("killed"))
        .anyMatch(end -> end.endsWith("stopped"));
  }

  /** Runs the stage as a process and ends it so long after it began to work. */
  private String disturb(Stage stage, Path spec, boolean kill, long millis) throws Exception {
    Path progress = sealed(stage, "disturbed").resolve(Progress.FILE_NAME);
    Files.deleteIfExists(progress);
    Process process = start(stage, spec);
    try {
      while (process.isAlive() && !Files.exists(progress)) {
        process.waitFor(5, TimeUnit.MILLISECONDS);
      }
      if (process.waitFor(millis, TimeUnit.MILLISECONDS)) {
        assertThat(process.exitValue()).isEqualTo(ExitCode.DONE.code());
        return "finished before";
      }
      if (kill) {
        process.destroyForcibly().waitFor();
        return "killed";
      }
      process.destroy();
      int status = process.waitFor();
      assertThat(status).isIn(ExitCode.DONE.code(), ExitCode.STOPPED.code());
      return status == 0 ? "finished meanwhile" : "stopped";
    } finally {
      process.destroyForcibly();
    }
  }

  private Process start(Stage stage, Path spec) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Worker.class.getName(), stage.folder(), "--spec=" + spec));
    command.add("--store=" + store("disturbed").toUri());
    if (stage == Stage.VERIFY) {
      command.add("--supernet=" + store("disturbed").toUri());
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(folder.resolve("log").toFile());
    builder.environment().putAll(environment());
    return builder.start();
  }

  private ExitCode inThisProcess(Stage stage, Path spec, String run) {
    var out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return new StageRunner(environment(), out, false, new StopSignal())
        .run(stage, spec, store(run).toUri(), store(run).toUri());
  }

  /** A checkpoint after every step, so that some are cut off while they are written. */
  private Map<String, String> environment() {
    return Map.of(
        "APQ_CHECKPOINT_SECONDS",
        "0",
        "APQ_TERMINATION_LOG",
        folder.resolve("termination").toString());
  }

  private Path store(String run) {
    return folder.resolve(run);
  }

  private Path sealed(Stage stage, String run) {
    StoreLayout layout = new StoreLayout(store(run));
    return stage.sharded() ? layout.shard(stage, 0) : layout.stage(stage);
  }

  private Path spec(Stage stage) throws IOException {
    WorkerSpec spec = stage == Stage.VERIFY ? VERIFICATION : TRAINING;
    return Files.write(folder.resolve(stage.folder() + ".json"), spec.canonicalJson());
  }

  private static VerifySpec candidates() {
    Sampler sampler = new Sampler(TRAINING.space());
    List<VerifySpec.Candidate> candidates =
        IntStream.range(0, 3)
            .mapToObj(i -> new VerifySpec.Candidate(sampler.quantized(RandomStream.of(i)), 0.5))
            .toList();
    return new VerifySpec(candidates, 12, "0.001", 4, 3, 300);
  }
}
