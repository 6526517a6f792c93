package dev.apq.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.artifact.Json;
import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.core.space.Presets;
import dev.apq.kubectl.Plugin.Run;
import dev.apq.kubectl.error.ExitStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What workers would be told, without a cluster. */
class SpecCommandTest {
  private static final String TRAINING =
      """
      apiVersion: apq.dev/v1alpha1
      kind: SupernetTraining
      metadata: {name: photos}
      spec:
        searchSpace: {preset: apq-imagenet}
        dataset: {directory: {claimName: photos, path: a/b, format: image-folder}}
        recipe: {epochs: 3}
        collection: {fullPrecisionSamples: 20, quantizedSamples: 10}
      """;

  @TempDir private Path folder;

  private Run spec(String manifest) throws IOException {
    Path file = Files.writeString(folder.resolve("manifest.yaml"), manifest);
    return Plugin.run("spec", "-f", file.toString());
  }

  @Test
  void presetsAndDefaultsAreWrittenOut() throws IOException {
    Run run = spec("apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\n" + TRAINING);
    assertThat(run.err()).isEmpty();
    WorkerSpec spec = Json.read(run.out().getBytes(StandardCharsets.UTF_8), WorkerSpec.class);
    assertThat(spec.space()).isEqualTo(Presets.named("apq-imagenet").orElseThrow());
    assertThat(spec.dataset().directory())
        .isEqualTo(new DatasetSpec.Directory("/apq/data/a/b", DatasetSpec.Format.IMAGE_FOLDER));
    assertThat(spec.recipe().batchSize()).isEqualTo(64);
    assertThat(spec.collection().calibrationImages()).isEqualTo(2000);
  }

  @Test
  void everySampleWithATrainingIsResolved() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../k8s/samples"))) {
      List<Path> trainings = files.filter(file -> contains(file, "recipe:")).toList();
      assertThat(trainings).isNotEmpty();
      for (Path file : trainings) {
        Run run = Plugin.run("spec", "-f", file.toString());
        assertThat(run.err()).as(file.toString()).isEmpty();
        Json.read(run.out().getBytes(StandardCharsets.UTF_8), WorkerSpec.class);
      }
    }
  }

  @Test
  void whatIsWrongIsNamed() throws IOException {
    assertRefused(TRAINING.replace("epochs: 3", "epoch: 3"), "Unrecognized field \"epoch\"");
    assertRefused(TRAINING.replace("{epochs: 3}", "{batchSize: 3}"), "spec.recipe.epochs");
    assertRefused(TRAINING.replace("epochs: 3", "epochs: 0"), "recipe.epochs");
    assertRefused(TRAINING.replace("apq-imagenet", "none"), "'none' is none of");
    assertRefused(TRAINING + "---\n" + TRAINING, "asks for 2 trainings");
    assertRefused("kind: Namespace\n", "asks for 0 trainings");
    assertRefused("{", "malformed");
    assertThat(Plugin.run("spec", "-f", folder.resolve("none").toString()).err())
        .contains("cannot be read");
  }

  private void assertRefused(String manifest, String reason) throws IOException {
    Run run = spec(manifest);
    assertThat(run.status()).isEqualTo(ExitStatus.USAGE.code());
    assertThat(run.err()).contains("error: ", reason, "remedy: ");
    assertThat(run.out()).isEmpty();
  }

  private static boolean contains(Path file, String text) {
    try {
      return Files.readString(file).contains(text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
