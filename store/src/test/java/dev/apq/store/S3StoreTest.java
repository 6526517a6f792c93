package dev.apq.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.artifact.StoreUnavailableException;
import dev.apq.core.artifact.StoredFiles;
import dev.apq.core.contract.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The store over an S3 server that fails as told. */
class S3StoreTest {
  private static final int ATTEMPTS = 4;

  @RegisterExtension static final S3Extension S3 = new S3Extension();

  private final List<Duration> pauses = new ArrayList<>();
  private final Retries retries = S3Extension.quick(ATTEMPTS, pauses::add);
  private final S3Server server = S3.server();
  private final Path root = S3.open(S3.folder(), retries);

  private Path open(String uri) {
    return S3.open(URI.create(uri), retries);
  }

  private static byte[] read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readAllBytes();
    }
  }

  @Test
  void looksLikeAFolder() throws IOException {
    Path file = root.resolve("train").resolve("weights");
    assertThat(StoredFiles.exists(file)).isFalse();
    assertThat(StoredFiles.exists(file.getParent())).isFalse();

    Files.createDirectories(file.getParent());
    AtomicFiles.write(file, "one".getBytes(UTF_8));
    AtomicFiles.write(root.resolve("train/more"), out -> out.write(new byte[100_000]));

    assertThat(read(file)).isEqualTo("one".getBytes(UTF_8));
    assertThat(Files.size(root.resolve("train/more"))).isEqualTo(100_000);
    assertThat(Files.isDirectory(root.resolve("train"))).isTrue();
    assertThat(Files.isDirectory(root)).isTrue();
    assertThat(Files.isSymbolicLink(file)).isFalse();
    assertThat(Files.list(root.resolve("train"))).containsExactly(root.resolve("train/more"), file);
    assertThat(file.toUri().toString()).isEqualTo(root.toUri() + "/train/weights");
    assertThat(root.getFileSystem().getPath(file.toString())).isEqualTo(file);

    Object before = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    AtomicFiles.write(file, "two".getBytes(UTF_8));
    assertThat(Files.readAttributes(file, BasicFileAttributes.class).fileKey())
        .isNotEqualTo(before);
    Files.copy(file, root.resolve("copy"));
    Files.delete(file);
    Files.deleteIfExists(file);
    assertThat(StoredFiles.exists(file)).isFalse();
    assertThat(read(root.resolve("copy"))).isEqualTo("two".getBytes(UTF_8));
    assertThatThrownBy(() -> read(file)).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aWriterThatFailsPublishesNothing() throws IOException {
    Path file = root.resolve("manifest.json");
    AtomicFiles.write(file, "old".getBytes(UTF_8));

    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      out.write(new byte[1 << 20]);
                      throw new IOException("no more");
                    }))
        .hasMessage("no more");

    assertThat(read(file)).isEqualTo("old".getBytes(UTF_8));
    assertThatThrownBy(() -> Files.newOutputStream(file))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  static List<Fault> transientFaults() {
    return List.of(
        new Fault.Answer(500, "InternalError"),
        new Fault.Answer(503, "SlowDown"),
        new Fault.Answer(503, "ServiceUnavailable"),
        new Fault.Drop());
  }

  @ParameterizedTest
  @MethodSource("transientFaults")
  void requestsAreRepeatedAndTheirNumberIsBounded(Fault fault) throws IOException {
    Path file = root.resolve("file");
    server.fail(line -> line.startsWith("PUT"), ATTEMPTS - 1, fault);
    AtomicFiles.write(file, "content".getBytes(UTF_8));
    server.fail(line -> line.startsWith("HEAD"), ATTEMPTS - 1, fault);
    assertThat(Files.size(file)).isEqualTo(7);
    server.fail(line -> line.startsWith("GET"), ATTEMPTS - 1, fault);
    assertThat(read(file)).isEqualTo("content".getBytes(UTF_8));

    server.heal();
    server.fail(line -> true, Integer.MAX_VALUE, fault);
    assertThatThrownBy(() -> AtomicFiles.write(file, new byte[1]))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining(file + " cannot be written");
    assertThat(server.requests()).hasSize(ATTEMPTS);
    assertThatThrownBy(() -> StoredFiles.exists(file))
        .isInstanceOf(StoreUnavailableException.class);
    server.heal();
    assertThat(read(file)).isEqualTo("content".getBytes(UTF_8));
  }

  @Test
  void aServerThatFallsSilentIsAskedAgain() throws IOException {
    Retries impatient =
        new Retries(
            5, Duration.ofSeconds(2), retries.backoff(), retries.throttled(), retries.sleeper());
    Path file = ArtifactStores.open(root.toUri(), server.environment(), impatient).resolve("file");
    server.fail(line -> line.startsWith("PUT"), 1, new Fault.Hang());

    AtomicFiles.write(file, "content".getBytes(UTF_8));

    assertThat(server.requests()).hasSizeGreaterThan(1);
    assertThat(read(root.resolve("file"))).isEqualTo("content".getBytes(UTF_8));
  }

  @Test
  void whatIsCutIsReadOnFromThere() throws IOException {
    byte[] content = new byte[300_000];
    new Random(1).nextBytes(content);
    Path file = root.resolve("weights");
    AtomicFiles.write(file, content);
    Random random = new Random(2);
    for (int cut = 0; cut < 10; cut++) {
      server.fail(line -> line.startsWith("GET"), 1, new Fault.Cut(1 + random.nextInt(40_000)));
    }

    assertThat(read(file)).isEqualTo(content);
    assertThat(pauses).hasSize(10).containsOnly(Duration.ofMillis(1));
  }

  @Test
  void aListingThatIsCutIsAskedForAgain() throws IOException {
    AtomicFiles.write(root.resolve("train/weights"), new byte[1]);
    server.fail(line -> line.startsWith("GET") && line.endsWith("train/"), 1, new Fault.Cut(60));

    assertThat(Files.isDirectory(root.resolve("train"))).isTrue();
  }

  @Test
  void aConnectionThatIsAlwaysCutIsGivenUp() throws IOException {
    Path file = root.resolve("weights");
    AtomicFiles.write(file, new byte[1000]);
    server.fail(line -> line.startsWith("GET"), Integer.MAX_VALUE, new Fault.Cut(0));

    assertThatThrownBy(() -> read(file))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("cut " + ATTEMPTS + " times after 0 of 1000 bytes");
  }

  @Test
  void twoVersionsAreNeverMixed() throws IOException {
    Path file = root.resolve("weights");
    AtomicFiles.write(file, new byte[1 << 20]);
    server.fail(line -> line.startsWith("GET"), 1, new Fault.Cut(1000));
    try (InputStream in = Files.newInputStream(file)) {
      assertThat(in.readNBytes(1000)).hasSize(1000);
      byte[] other = new byte[1 << 20];
      other[1] = 1;
      AtomicFiles.write(file, other);
      assertThatThrownBy(in::readAllBytes).hasMessageContaining("was replaced while it was read");
    }
  }

  @Test
  void refusalsSayWhatToDoAndKeepSecrets() {
    Map<String, String> environment = new TreeMap<>(server.environment("AKIAUNKNOWN"));
    Path denied =
        ArtifactStores.open(URI.create("s3://" + S3Server.BUCKET + "/a"), environment, retries);
    assertThatThrownBy(() -> AtomicFiles.write(denied.resolve("x"), new byte[1]))
        .hasMessage("s3://apq-test/a/x cannot be written: the server answered 403 AccessDenied")
        .satisfies(e -> assertThat(((StoreUnavailableException) e).remedy()).contains("policy"))
        .satisfies(S3StoreTest::keepsSecrets);

    Path missing = open("s3://no-such-bucket/a");
    assertThatThrownBy(() -> StoredFiles.exists(missing.resolve("x")))
        .hasMessageContaining("there is no such bucket")
        .satisfies(S3StoreTest::keepsSecrets);

    environment.put(StoreSettings.ENDPOINT, "http://127.0.0.1:1");
    Path nobody =
        ArtifactStores.open(URI.create("s3://" + S3Server.BUCKET + "/a"), environment, retries);
    assertThatThrownBy(() -> read(nobody.resolve("x")))
        .hasMessage("s3://apq-test/a/x cannot be read: no answer (ConnectException)")
        .satisfies(S3StoreTest::keepsSecrets);
    assertThat(StoreSettings.of(environment).toString())
        .doesNotContain(S3Server.SECRET_KEY, "AKIAUNKNOWN");
  }

  private static void keepsSecrets(Throwable problem) {
    StringWriter text = new StringWriter();
    problem.printStackTrace(new PrintWriter(text));
    assertThat(text.toString())
        .doesNotContain(S3Server.SECRET_KEY, S3Server.ACCESS_KEY, "AKIAUNKNOWN");
  }

  @Test
  void aFolderThatMovesIsNeverSealedAndIncomplete() throws IOException {
    Path stage = root.resolve("train");
    for (String name : List.of("a", Manifest.FILE_NAME, "z", "shard-00000/manifest.json")) {
      AtomicFiles.write(stage.resolve(name), name.getBytes(UTF_8));
    }
    AtomicFiles.write(root.resolve("train-predictor/a"), new byte[1]);
    server.heal();

    AtomicFiles.publish(stage, root.resolve("train.quarantine"));

    List<String> changes =
        server.requests().stream()
            .filter(line -> !line.startsWith("GET") && !line.startsWith("HEAD"))
            .map(line -> line.replaceFirst(" .*/train", " train"))
            .toList();
    assertThat(changes)
        .containsExactly(
            "PUT train.quarantine/a",
            "PUT train.quarantine/z",
            "PUT train.quarantine/manifest.json",
            "PUT train.quarantine/shard-00000/manifest.json",
            "DELETE train/shard-00000/manifest.json",
            "DELETE train/manifest.json",
            "DELETE train/z",
            "DELETE train/a");
    assertThat(StoredFiles.exists(stage)).isFalse();
    assertThat(StoredFiles.exists(root.resolve("train-predictor/a"))).isTrue();
    assertThat(read(root.resolve("train.quarantine/z"))).isEqualTo("z".getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../other/secret",
        "/../../other/secret",
        "train/../../../../other/secret",
        "./../other/secret",
        "s3://apq-test/other/secret"
      })
  void noPathLeavesTheRoot(String path) throws IOException {
    Path everything = open("s3://" + S3Server.BUCKET);
    AtomicFiles.write(everything.resolve("other/secret"), "theirs".getBytes(UTF_8));
    Path mine = open("s3://" + S3Server.BUCKET + "/mine");

    assertThat(StoredFiles.exists(mine.resolve(path))).isFalse();
    assertThat(StoredFiles.exists(mine.getFileSystem().getPath(path))).isFalse();
    assertThatThrownBy(() -> read(mine.resolve(path))).isInstanceOf(NoSuchFileException.class);
    AtomicFiles.write(mine.resolve(path), "mine".getBytes(UTF_8));
    assertThatThrownBy(() -> Files.copy(everything.resolve("other/secret"), mine.resolve("stolen")))
        .isInstanceOfAny(IllegalArgumentException.class, UnsupportedOperationException.class);
    assertThat(read(everything.resolve("other/secret"))).isEqualTo("theirs".getBytes(UTF_8));
    Files.move(mine.resolve(path), mine.resolve("x"), StandardCopyOption.REPLACE_EXISTING);
    assertThat(read(everything.resolve("other/secret"))).isEqualTo("theirs".getBytes(UTF_8));
  }
}
