package dev.apq.operator.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.apq.api.v1alpha1.Condition;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.artifact.StoreUnavailableException;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.Progress;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.operator.training.ProgressReader;
import dev.apq.operator.training.Specs;
import dev.apq.operator.training.TrainingObserver;
import dev.apq.operator.training.TrainingPlan;
import dev.apq.operator.training.TrainingReport;
import dev.apq.operator.training.TrainingWorld;
import dev.apq.store.Fault;
import dev.apq.store.S3Extension;
import dev.apq.store.S3Server;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the operator sees of artifacts in an object store that fails, and in one that lies. */
class S3ArtifactsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");
  private static final String INPUT = "sha256:" + "1".repeat(64);

  @RegisterExtension static final S3Extension S3 = new S3Extension();

  private final S3Server server = S3.server();
  private final FileDigests digests = new FileDigests();
  private final SealInspector inspector = new SealInspector(digests);
  private final StageFolders folders = new StageFolders(inspector, digests);
  private final ArtifactStore store =
      new ArtifactStore(S3.open(S3.folder(), S3Extension.quick(3, pause -> {})));
  private final StoreLayout layout = new StoreLayout(store.path("team", "small", "key"));

  @Test
  void finishedStagesAreSeenAlsoThroughFaults() throws IOException {
    SupernetTraining training = Specs.training("small");
    TrainingPlan plan = TrainingPlan.of(training);
    TrainingObserver observer = new TrainingObserver(inspector, folders, new ProgressReader());
    TrainingWorld empty = observer.observe(plan.stagePlan(), layout, List.of());
    assertThat(empty.stage(Stage.TRAIN).seal()).isEqualTo(Seal.NONE);

    String digest = String.valueOf(empty.stage(Stage.TRAIN).inputDigest());
    write(layout.stage(Stage.TRAIN), "train", null, digest, "weights");
    server.heal();
    int[] count = {0};
    server.fail(line -> ++count[0] % 5 == 0, 4, new Fault.Answer(503, "SlowDown"));
    server.fail(line -> line.startsWith("GET"), 1, new Fault.Cut(3));
    TrainingWorld trained = observer.observe(plan.stagePlan(), layout, List.of());

    assertThat(trained.stage(Stage.TRAIN).seal()).isEqualTo(Seal.GOOD);
    assertThat(trained.stage(Stage.TRAIN).sealedAt()).isNotNull();
    assertThat(trained.stage(Stage.COLLECT).inputDigest()).isNotNull();
    server.heal();
    observer.observe(plan.stagePlan(), layout, List.of());
    assertThat(server.requests())
        .as("nothing is written, no data read twice")
        .noneMatch(line -> line.startsWith("PUT") || line.startsWith("DELETE"))
        .noneMatch(line -> line.startsWith("GET") && line.endsWith("data.bin"));
    assertThat(
            TrainingReport.of(
                    training,
                    trained,
                    new dev.apq.operator.training.Outcome.Completed(),
                    layout.root().toUri(),
                    NOW)
                .artifact()
                .uri())
        .isEqualTo(layout.root().toUri().toString())
        .startsWith("s3://" + S3Server.BUCKET + "/apq-")
        .endsWith("/team/small/key");
  }

  @Test
  void aStoreThatIsAwayIsNeitherEmptyNorCorrupt() throws IOException {
    write(layout.stage(Stage.TRAIN), "train", null, INPUT, "weights");
    server.fail(line -> true, Integer.MAX_VALUE, new Fault.Answer(500, "InternalError"));

    assertThatThrownBy(() -> inspector.stage(layout, Stage.TRAIN, INPUT))
        .isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> folders.quarantined(layout, Stage.TRAIN))
        .isInstanceOf(StoreUnavailableException.class);

    server.heal();
    server.fail(line -> line.endsWith("data.bin"), Integer.MAX_VALUE, new Fault.Drop());
    assertThatThrownBy(() -> inspector.stage(layout, Stage.TRAIN, INPUT))
        .isInstanceOf(StoreUnavailableException.class);

    server.heal();
    assertThat(inspector.stage(layout, Stage.TRAIN, INPUT).seal()).isEqualTo(Seal.GOOD);
  }

  @Test
  void theStatusSaysThatTheStoreIsAwayAndKeepsWhatItKnew() {
    StoreUnavailableException away =
        new StoreUnavailableException("s3://b/x: 503", "wait", new IOException());
    SupernetTraining training = Specs.training("small");
    var status = TrainingReport.outage(training, away, NOW).orElseThrow();
    assertThat(status.conditions())
        .filteredOn(condition -> condition.type().equals("Succeeded"))
        .singleElement()
        .satisfies(
            condition -> {
              assertThat(condition.status()).isEqualTo("Unknown");
              assertThat(condition.reason()).isEqualTo("StoreUnavailable");
              assertThat(condition.message()).contains("s3://b/x: 503", "Remedy: wait");
            });

    training.setStatus(status);
    assertThat(TrainingReport.outage(training, away, NOW.plusSeconds(60)))
        .as("an outage that lasts changes nothing")
        .hasValue(status);

    List<Condition> done =
        new dev.apq.operator.status.Conditions(List.of(), 1, NOW).completed("done").list();
    training.setStatus(
        new dev.apq.api.v1alpha1.SupernetTrainingStatus(
            1L, "run", done, 100, List.of(), null, null, null, null, null));
    assertThat(TrainingReport.outage(training, away, NOW)).as("finished stays").isEmpty();
  }

  @Test
  void shardsAreSealedAndACorruptOneIsSetAside() throws IOException {
    for (int shard = 0; shard < 3; shard++) {
      write(layout.shard(Stage.COLLECT, shard), "collect", shard, INPUT, "samples " + shard);
    }
    folders.seal(layout, Stage.COLLECT, 3, INPUT);
    assertThat(inspector.stage(layout, Stage.COLLECT, INPUT).seal()).isEqualTo(Seal.GOOD);
    AtomicFiles.write(layout.shard(Stage.COLLECT, 1).resolve("data.bin"), "?".getBytes(UTF_8));
    assertThat(inspector.stage(layout, Stage.COLLECT, INPUT).seal()).isEqualTo(Seal.CORRUPT);

    folders.quarantine(layout, Stage.COLLECT, 3, INPUT);

    assertThat(folders.quarantined(layout, Stage.COLLECT)).isTrue();
    assertThat(inspector.stage(layout, Stage.COLLECT, INPUT).seal()).isEqualTo(Seal.NONE);
    assertThat(inspector.shards(layout, Stage.COLLECT, 3, INPUT).good()).containsExactly(0, 2);
  }

  /** The quarantine is cut at every request that changes something, and repeated. */
  @Test
  void aQuarantineThatIsCutAnywhereIsNeverTakenForASecondOne() throws IOException {
    for (int cut = 0; cut < 8; cut++) {
      StoreLayout own = new StoreLayout(store.path("team", "cut-" + cut, "key"));
      write(own.stage(Stage.TRAIN), "train", null, INPUT, "weights");
      AtomicFiles.write(own.stage(Stage.TRAIN).resolve("data.bin"), "?".getBytes(UTF_8));
      assertThat(inspector.stage(own, Stage.TRAIN, INPUT).seal()).isEqualTo(Seal.CORRUPT);
      int[] left = {cut};
      server.fail(
          line -> !line.startsWith("GET") && !line.startsWith("HEAD") && left[0]-- <= 0,
          3,
          new Fault.Drop());
      try {
        folders.quarantine(own, Stage.TRAIN, 1, INPUT);
      } catch (StoreUnavailableException e) {
        Seal seal = inspector.stage(own, Stage.TRAIN, INPUT).seal();
        assertThat(seal == Seal.CORRUPT && folders.quarantined(own, Stage.TRAIN))
            .as("cut at change " + cut)
            .isFalse();
        server.heal();
        if (seal == Seal.CORRUPT) {
          folders.quarantine(own, Stage.TRAIN, 1, INPUT);
        }
      }
      server.heal();
      assertThat(inspector.stage(own, Stage.TRAIN, INPUT).seal()).isEqualTo(Seal.NONE);
    }
  }

  @Test
  void anotherNamespacesFilesAreReachedByNoName() {
    for (String name : List.of("..", ".", "a/b", "../team", "", "A", "a%2Fb", "a..")) {
      assertThatThrownBy(() -> store.path(name, "small", "key"))
          .as(name)
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> store.path("team", name, "key"))
          .as(name)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../../other/small/key/train/data.bin",
        "..%2F..%2Fdata.bin",
        "/other/small/key/train/data.bin",
        "./data.bin",
        "a//data.bin",
        "s3://apq-test/other/data.bin"
      })
  void aManifestThatNamesFilesElsewhereIsCorruptAndTheyAreNotRead(String path) throws IOException {
    StoreLayout theirs = new StoreLayout(store.path("other", "small", "key"));
    write(theirs.stage(Stage.TRAIN), "train", null, INPUT, "weights");
    String honest =
        new String(
            new Manifest(1, "train", null, INPUT, entry("data.bin", "weights"), Map.of(), Map.of())
                .bytes(),
            UTF_8);
    AtomicFiles.write(
        layout.stage(Stage.TRAIN).resolve(Manifest.FILE_NAME),
        honest.replace("data.bin", path).getBytes(UTF_8));
    server.heal();

    assertThat(inspector.stage(layout, Stage.TRAIN, INPUT).seal()).isEqualTo(Seal.CORRUPT);

    assertThat(server.requests()).noneMatch(line -> line.contains("/other/"));
  }

  @Test
  void whatIsTooLargeIsRefusedUnread() throws IOException {
    AtomicFiles.write(
        layout.stage(Stage.TRAIN).resolve(Manifest.FILE_NAME), new byte[Manifest.MAX_BYTES + 1]);
    assertThat(inspector.stage(layout, Stage.TRAIN, INPUT).problem()).contains("larger than");
    AtomicFiles.write(
        layout.stage(Stage.TRAIN).resolve(Progress.FILE_NAME), new byte[Progress.MAX_BYTES + 1]);
    assertThat(new ProgressReader().read(layout, Stage.TRAIN, 1)).isNull();
  }

  private static Map<String, Manifest.FileEntry> entry(String name, String content) {
    Map<String, Manifest.FileEntry> files = new TreeMap<>();
    files.put(
        name,
        new Manifest.FileEntry(
            dev.apq.core.artifact.Digests.sha256(content.getBytes(UTF_8)), content.length()));
    return files;
  }

  private static void write(
      Path folder, String stage, @Nullable Integer shard, String inputs, String content)
      throws IOException {
    AtomicFiles.write(folder.resolve("data.bin"), content.getBytes(UTF_8));
    new Manifest(
            1, stage, shard, inputs, entry("data.bin", content), Map.of("samples", 5L), Map.of())
        .write(folder);
  }
}
