package dev.apq.worker.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.artifact.Json;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.Failure;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.store.Fault;
import dev.apq.store.Retries;
import dev.apq.store.S3Extension;
import dev.apq.store.S3Server;
import dev.apq.worker.Worker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The stages on an object store that fails, beside the same stages in a folder. */
class S3StagesTest {
  private static final String ROOT = "s3://" + S3Server.BUCKET + "/apq/team/digits/key";
  private static final String TENANT = "AKIATENANT";
  private static final Retries QUICK = S3Extension.quick(3, pause -> {});

  @RegisterExtension static final S3Extension S3 = new S3Extension();
  @TempDir private static Path folder;

  private final S3Server server = S3.server();
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();

  @BeforeAll
  static void writeSpec() throws IOException {
    Files.write(folder.resolve("spec.json"), StageRuns.SPEC.canonicalJson());
  }

  @Test
  @Timeout(value = 8, unit = TimeUnit.MINUTES)
  void underFaultsAndKillsObjectsHoldTheBytesThatFilesHold() throws Exception {
    URI files = folder.resolve("files").toUri();
    URI objects = URI.create(ROOT);
    killInTheMiddle(objects);
    // Bounded in number, so that no request meets more of them than it is repeated.
    for (int hit = 0; hit < 40; hit++) {
      int every = 3 + hit;
      int[] count = {0};
      server.fail(line -> ++count[0] % every == 0, 1, fault(hit));
    }
    for (Stage stage : Stage.values()) {
      if (stage == Stage.VERIFY) {
        continue;
      }
      for (int shard = 0; shard < (stage.sharded() ? 2 : 1); shard++) {
        assertThat(run(stage, shard, files, server.environment())).isEqualTo(ExitCode.DONE);
        assertThat(run(stage, shard, objects, server.environment()))
            .as(stage + ": " + log.toString(StandardCharsets.UTF_8))
            .isEqualTo(ExitCode.DONE);
        assertSame(stage, shard, files, objects);
      }
    }
    server.heal();
    assertThat(run(Stage.TRANSFER, 0, objects, server.environment())).isEqualTo(ExitCode.DONE);
    assertThat(server.requests())
        .as("a finished stage is only looked at")
        .noneMatch(S3StagesTest::writes);
  }

  private static Fault fault(int hit) {
    return switch (hit % 3) {
      case 0 -> new Fault.Answer(503, "SlowDown");
      case 1 -> new Fault.Drop();
      default -> new Fault.Cut(100);
    };
  }

  private static boolean writes(String request) {
    return !request.startsWith("GET") && !request.startsWith("HEAD");
  }

  /** The training is killed once after it has written a checkpoint. */
  private void killInTheMiddle(URI store) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Worker.class.getName(),
                "train",
                "--spec=" + folder.resolve("spec.json"),
                "--store=" + store));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(folder.resolve("log").toFile());
    builder.environment().putAll(server.environment());
    builder.environment().put("APQ_CHECKPOINT_SECONDS", "0");
    builder.environment().put("APQ_TERMINATION_LOG", folder.resolve("termination").toString());
    Process process = builder.start();
    while (process.isAlive() && checkpoints() < 3) {
      process.waitFor(20, TimeUnit.MILLISECONDS);
    }
    process.destroyForcibly().waitFor();
    assertThat(checkpoints()).as(Files.readString(folder.resolve("log"))).isGreaterThanOrEqualTo(3);
    assertThat(server.requests()).noneMatch(line -> line.endsWith("PUT " + Manifest.FILE_NAME));
    server.heal();
  }

  private long checkpoints() {
    return server.requests().stream()
        .filter(line -> line.startsWith("PUT") && line.endsWith("train/checkpoint.json"))
        .count();
  }

  private void assertSame(Stage stage, int shard, URI files, URI objects) throws IOException {
    Path expected = place(files, stage, shard);
    Path actual = place(objects, stage, shard);
    Manifest manifest = Manifest.read(expected).orElseThrow();
    assertThat(Manifest.read(actual)).hasValue(manifest);
    assertThat(manifest.firstDamagedFile(actual)).isEmpty();
  }

  private Path place(URI store, Stage stage, int shard) {
    StoreLayout layout = new StoreLayout(S3.open(store, QUICK));
    return stage.sharded() ? layout.shard(stage, shard) : layout.stage(stage);
  }

  private ExitCode run(Stage stage, int shard, URI store, Map<String, String> access) {
    return run(stage, shard, store, store, access);
  }

  private ExitCode run(
      Stage stage, int shard, URI store, URI supernet, Map<String, String> access) {
    Map<String, String> environment = new TreeMap<>(access);
    environment.put("JOB_COMPLETION_INDEX", Integer.toString(shard));
    environment.put("APQ_TERMINATION_LOG", folder.resolve("termination").toString());
    PrintStream out = new PrintStream(log, true, StandardCharsets.UTF_8);
    return new StageRunner(environment, out, false, new StopSignal(), QUICK)
        .run(stage, folder.resolve("spec.json"), store, supernet);
  }

  private Failure failure() throws IOException {
    return Json.read(folder.resolve("termination"), Failure.class, Failure.MAX_BYTES);
  }

  @Test
  void aStoreThatIsAwayIsWorthARetry() throws IOException {
    server.fail(line -> true, Integer.MAX_VALUE, new Fault.Answer(503, "ServiceUnavailable"));

    assertThat(run(Stage.TRAIN, 0, URI.create(ROOT + "-2"), server.environment()))
        .isEqualTo(ExitCode.STORAGE_UNAVAILABLE);
    assertThat(failure().error()).contains("the server answered 503");
    assertThat(failure().remedy()).contains("tried again");
  }

  @Test
  void aKeyOfOneNamespaceReachesNoOther() throws IOException {
    server.allow(TENANT, "apq/other/");
    URI mine = URI.create("s3://" + S3Server.BUCKET + "/apq/other/search/key");
    server.heal();

    assertThat(run(Stage.COLLECT, 0, mine, URI.create(ROOT), server.environment(TENANT)))
        .isEqualTo(ExitCode.STORAGE_UNAVAILABLE);

    assertThat(failure().error()).contains("the server answered 403");
    assertThat(failure().remedy()).contains("policy");
    assertThat(log.toString(StandardCharsets.UTF_8) + failure())
        .doesNotContain(S3Server.SECRET_KEY, TENANT);
    assertThat(server.requests()).noneMatch(S3StagesTest::writes);
  }

  @Test
  void anUnusableStoreIsAnErrorOfUsage() throws IOException {
    URI secret = URI.create("s3://key:hidden@bucket/prefix");
    assertThat(run(Stage.TRAIN, 0, secret, Map.of())).isEqualTo(ExitCode.USAGE);
    assertThat(failure().error()).contains("s3://<bucket>/<prefix>").doesNotContain("hidden");
    assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain("hidden");
  }
}
