package dev.apq.worker.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.contract.CollectionSpec;
import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.FileLines;
import dev.apq.core.contract.PredictorSpec;
import dev.apq.core.contract.QuantizationSpec;
import dev.apq.core.contract.Quantizer;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.core.space.SearchSpace;
import dev.apq.core.space.StageSpace;
import dev.apq.core.space.Stem;
import dev.apq.worker.profile.Profiler;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileRunnerTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @TempDir private Path folder;
  private Path spec = Path.of("spec.json");

  @BeforeEach
  void writeSpec() throws Exception {
    spec = Files.write(folder.resolve("spec.json"), spec().canonicalJson());
  }

  @Test
  void sendsWhatItMeasured() throws Exception {
    assertThat(run(spec, null, 600, 2, true)).isEqualTo(ExitCode.DONE);
    assertThat(printed()).contains("table.json: 11 rows, Kendall tau");
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    String lines = printed().substring(printed().indexOf("apq-file "));
    FileLines.Part part =
        FileLines.read(
            new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)), data, 1 << 22);
    assertThat(part.files())
        .extracting(FileLines.Entry::path)
        .containsExactly(Profiler.TABLE, Profiler.METADATA, Profiler.VALIDATION);
    byte[] table = Files.readAllBytes(folder.resolve("out").resolve(Profiler.TABLE));
    assertThat(data.toByteArray()).startsWith(table);
  }

  @Test
  void stopsBetweenNetworks() {
    StopSignal stop = new StopSignal();
    stop.request();
    assertThat(runner(stop).run(options(spec, null, 600, 0, false))).isEqualTo(ExitCode.STOPPED);
  }

  @Test
  void refusesWhatIsNoSpace() {
    assertThat(run(null, null, 600, 0, false)).isEqualTo(ExitCode.BAD_SPEC);
    assertThat(printed()).contains("exactly one of --spec and --preset is needed");
    assertThat(run(spec, "digits", 600, 0, false)).isEqualTo(ExitCode.BAD_SPEC);
    assertThat(run(null, "mnist", 600, 0, false)).isEqualTo(ExitCode.BAD_SPEC);
    assertThat(printed()).contains("there is no preset 'mnist'; there are [apq-imagenet");
    assertThat(run(folder.resolve("none.json"), null, 600, 0, false)).isEqualTo(ExitCode.BAD_SPEC);
    assertThat(run(spec, null, 0, 0, false)).isEqualTo(ExitCode.BAD_SPEC);
    assertThat(printed()).contains("--budget-seconds must be within 1..86400");
    assertThat(run(spec, null, 600, 1000, false)).isEqualTo(ExitCode.BAD_SPEC);
  }

  private ExitCode run(
      @Nullable Path file, @Nullable String preset, int budget, int validate, boolean send) {
    return runner(new StopSignal()).run(options(file, preset, budget, validate, send));
  }

  private ProfileRunner runner(StopSignal stop) {
    return new ProfileRunner(
        Map.of(), new PrintStream(out, true, StandardCharsets.UTF_8), false, stop);
  }

  private ProfileRunner.Options options(
      @Nullable Path file, @Nullable String preset, int budget, int validate, boolean send) {
    return new ProfileRunner.Options(
        file, preset, folder.resolve("out"), null, budget, validate, send);
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private static WorkerSpec spec() {
    SearchSpace space =
        new SearchSpace(
            "one-block",
            8,
            1,
            10,
            new Stem(4, 3, 1),
            null,
            List.of(new StageSpace(4, 1, 1, 1, List.of(3), "1", "1", 4)),
            8,
            List.of(4, 8));
    return new WorkerSpec(
        WorkerSpec.VERSION,
        1,
        space,
        new DatasetSpec("digits", null),
        new RecipeSpec(1, 32, "0.004", "0.01", "0.1", "0", 1, null),
        new CollectionSpec(12, 12, 0, 1, 100, 64),
        new QuantizationSpec(Quantizer.PER_CHANNEL, "0.001"),
        new PredictorSpec(16, 5, "0.001", 5, 1));
  }
}
