package dev.apq.worker.data;

import static dev.apq.worker.data.DataFixtures.image;
import static dev.apq.worker.data.DataFixtures.space;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.artifact.StoreUnavailableException;
import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.DatasetSpec.Format;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.SearchSpace;
import dev.apq.store.Fault;
import dev.apq.store.Retries;
import dev.apq.store.S3Extension;
import dev.apq.store.S3Server;
import dev.apq.store.StoreSettings;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Data sets in S3 beside the same in a folder. */
class DataCopiesTest {
  private static final String BUCKET = "s3://" + S3Server.BUCKET;
  private static final Retries QUICK = S3Extension.quick(4, pause -> {});

  @RegisterExtension static final S3Extension S3 = new S3Extension();
  @TempDir private static Path folder;
  private static S3Server server;

  @BeforeAll
  static void upload() throws IOException {
    server = S3.server();
    images(folder.resolve("pets"));
    upload(folder.resolve("pets"), BUCKET + "/data/pets");
    Path cifar = Files.createDirectories(folder.resolve("cifar"));
    for (String file : List.of("data_batch_1.bin", "data_batch_2.bin", "test_batch.bin")) {
      Files.write(cifar.resolve(file), records(file.hashCode(), 20));
    }
    Files.writeString(cifar.resolve("cifar-10-binary.tar.gz"), "where it comes from");
    upload(cifar, BUCKET + "/cifar");
  }

  private final TemporaryFolders folders = new TemporaryFolders();
  private final List<String> log = new CopyOnWriteArrayList<>();

  @AfterEach
  void delete() {
    folders.delete();
  }

  @Test
  void saysHowFarItIsAndLeavesNothingBehind() {
    Path copy = copies(server.environment()).of(uri("/data/pets"), Format.IMAGE_FOLDER);
    assertThat(log.get(0)).isEqualTo("data set: copying 72 files");
    assertThat(log.get(log.size() - 1)).startsWith("data set: 72 of 72 files copied, ");
    assertThat(copy.resolve("train/a/0.png")).exists();
    folders.delete();
    assertThat(copy.resolve("train")).doesNotExist();
    assertThat(copy.getParent().getParent()).doesNotExist();
  }

  @Test
  void everyObjectIsReadOnceAndNothingIsWritten() throws IOException {
    server.heal();
    Dataset copied = open(BUCKET + "/data/pets", Format.IMAGE_FOLDER, space(12, 3, 2), 0);
    assertThat(copied.train().decoded()).isFalse();
    for (int pass = 0; pass < 2; pass++) {
      assertSame(copied, local("pets", Format.IMAGE_FOLDER, space(12, 3, 2)));
    }
    List<String> reads = server.requests().stream().filter(line -> line.contains(".png")).toList();
    assertThat(reads).doesNotHaveDuplicates().hasSize(2 * (30 + 6));
    assertThat(server.requests()).allMatch(line -> line.startsWith("GET "));
  }

  @Test
  void faultsChangeNoImage() throws IOException {
    // Each request meets one of them, the first time that it is sent.
    Set<String> met = ConcurrentHashMap.newKeySet();
    List<Fault> faults =
        List.of(new Fault.Answer(503, "SlowDown"), new Fault.Cut(60), new Fault.Drop());
    for (int i = 0; i < faults.size(); i++) {
      int kind = i;
      server.fail(
          line -> Math.floorMod(line.hashCode(), faults.size()) == kind && met.add(line),
          Integer.MAX_VALUE,
          faults.get(i));
    }
    assertSame(
        open(BUCKET + "/data/pets", Format.IMAGE_FOLDER, space(12, 3, 2), 1 << 20),
        local("pets", Format.IMAGE_FOLDER, space(12, 3, 2)));
    assertThat(met).hasSizeGreaterThanOrEqualTo(2 * (30 + 6));
  }

  @Test
  void onlyTheFilesOfTheFormatAreCopied() throws IOException {
    server.heal();
    Dataset copied = open(BUCKET + "/cifar", Format.CIFAR10_BINARY, space(32, 3, 10), 1 << 20);
    assertSame(copied, local("cifar", Format.CIFAR10_BINARY, space(32, 3, 10)));
    assertThat(server.requests()).noneMatch(line -> line.contains("tar.gz"));
  }

  @Test
  void whatIsSaidOfACopyNamesItsObject() throws IOException {
    for (int i = 0; i < 20; i++) {
      Path file = store(BUCKET + "/broken").resolve("train/a/x" + i + ".png");
      AtomicFiles.write(file, new byte[] {1, 2});
    }
    assertThatThrownBy(() -> open(BUCKET + "/broken", Format.IMAGE_FOLDER, space(8, 3, 1), 1 << 20))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(S3Server.BUCKET + "/broken/train/a/x");
  }

  @Test
  void aPrefixWithoutImagesIsNamed() {
    assertThatThrownBy(() -> copies(server.environment()).of(uri("/cifar"), Format.IMAGE_FOLDER))
        .isInstanceOfSatisfying(
            DataException.class, e -> assertThat(e.remedy()).contains("dataset.directory.uri"))
        .hasMessageContaining(BUCKET + "/cifar");
  }

  @Test
  void aKeyThatIsNoPathIsNamed() throws Exception {
    URI object = URI.create(server.endpoint() + "/" + S3Server.BUCKET + "/odd/train//a.png");
    HttpRequest upload =
        HttpRequest.newBuilder(object)
            .header("Authorization", "Credential=" + S3Server.ACCESS_KEY + "/test")
            .PUT(HttpRequest.BodyPublishers.ofString("x"))
            .build();
    HttpClient client = HttpClient.newHttpClient();
    assertThat(client.send(upload, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(200);
    assertThatThrownBy(() -> copies(server.environment()).of(uri("/odd"), Format.IMAGE_FOLDER))
        .isInstanceOfSatisfying(
            DataException.class,
            e -> assertThat(e.remedy()).contains("key").doesNotContain("fewer objects"))
        .hasMessageContaining(BUCKET + "/odd")
        .hasMessageContaining("odd/train//a.png");
  }

  @Test
  void whatCannotBeReadIsNamedWithTheReasonAndARemedy() {
    assertAway(
        () -> copies(server.environment()).of(URI.create("s3://no-such/pets"), Format.IDX),
        "s3://no-such/pets",
        "there is no such bucket",
        "check the bucket's name");
    server.allow("AKIATENANT", "team/");
    assertAway(
        () -> copies(server.environment("AKIATENANT")).of(uri("/data/pets"), Format.IMAGE_FOLDER),
        BUCKET + "/data/pets",
        "403",
        "must allow to list and get");
    Map<String, String> nowhere = new TreeMap<>(server.environment());
    nowhere.put(StoreSettings.ENDPOINT, "http://127.0.0.1:1");
    assertAway(
        () -> copies(nowhere).of(uri("/data/pets"), Format.IMAGE_FOLDER),
        BUCKET + "/data/pets",
        "no answer",
        "check the S3 server and the network");
  }

  @Test
  void anObjectThatMayNotBeReadIsNamed() {
    server.fail(
        line -> line.endsWith("train/b/7.png"), Integer.MAX_VALUE, new Fault.Answer(403, "No"));
    assertAway(
        () -> copies(server.environment()).of(uri("/data/pets"), Format.IMAGE_FOLDER),
        BUCKET + "/data/pets/train/b/7.png",
        "403",
        "get");
  }

  @Test
  void aFileUriIsAFolderOfThisMachine() {
    DatasetSpec spec = spec(folder.resolve("pets").toUri().toString(), Format.IMAGE_FOLDER);
    DatasetSpec.Directory here = Datasets.here(spec, copies(server.environment())).directory();
    assertThat(here).isNotNull();
    assertThat(here.path()).isEqualTo(folder.resolve("pets").toString());
  }

  private static void assertAway(
      ThrowingCallable reading, String object, String reason, String remedy) {
    assertThatThrownBy(reading)
        .isInstanceOf(UncheckedIOException.class)
        .cause()
        .isInstanceOfSatisfying(
            StoreUnavailableException.class,
            e -> assertThat(e.remedy()).contains(remedy).contains("credentials of the artifact"))
        .hasMessageContaining(object)
        .hasMessageContaining(reason);
  }

  private static void assertSame(Dataset actual, Dataset expected) {
    List<Function<Dataset, ImageSet>> parts =
        List.of(Dataset::train, Dataset::validation, Dataset::test);
    for (Function<Dataset, ImageSet> part : parts) {
      ImageSet one = part.apply(actual);
      ImageSet other = part.apply(expected);
      assertThat(one.count()).isEqualTo(other.count()).isPositive();
      for (int i = 0; i < one.count(); i++) {
        assertThat(one.label(i)).isEqualTo(other.label(i));
        assertThat(image(one, i)).isEqualTo(image(other, i));
      }
    }
  }

  private Dataset open(String uri, Format format, SearchSpace space, long memory) {
    DatasetSpec here = Datasets.here(spec(uri, format), copies(server.environment()));
    return Datasets.open(here, space, ParallelReads.SEQUENTIAL, new MemoryLimit(memory));
  }

  private static Dataset local(String name, Format format, SearchSpace space) {
    DatasetSpec spec = spec(folder.resolve(name).toUri().toString(), format);
    return Datasets.open(spec, space);
  }

  private static DatasetSpec spec(String uri, Format format) {
    return new DatasetSpec(null, new DatasetSpec.Directory(null, uri, format));
  }

  private DataCopies copies(Map<String, String> environment) {
    return new DataCopies(environment, QUICK, folders, log::add, System::nanoTime);
  }

  private static URI uri(String path) {
    return URI.create(BUCKET + path);
  }

  private static void images(Path root) throws IOException {
    int[] pixels = new int[12 * 12];
    RandomStream random = RandomStream.of(1);
    int seed = 0;
    for (String part : List.of("train/a", "train/b", "test/a", "test/b")) {
      Path label = Files.createDirectories(root.resolve(part));
      for (int i = 0; i < (part.startsWith("train") ? 30 : 6); i++) {
        for (int p = 0; p < pixels.length; p++) {
          pixels[p] = (int) (random.at(seed++).nextDouble() * 0xFFFFFF);
        }
        BufferedImage image = new BufferedImage(12, 12, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 12, 12, pixels, 0, 12);
        ImageIO.write(image, "png", label.resolve(i + ".png").toFile());
      }
    }
  }

  private static byte[] records(int seed, int count) {
    byte[] content = new byte[count * (1 + 3 * 32 * 32)];
    Arrays.fill(content, (byte) seed);
    for (int i = 0; i < count; i++) {
      content[i * (1 + 3 * 32 * 32)] = (byte) (i % 10);
    }
    return content;
  }

  private static void upload(Path from, String uri) throws IOException {
    Path store = store(uri);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        AtomicFiles.write(
            store.resolve(from.relativize(file).toString()), Files.readAllBytes(file));
      }
    }
  }

  private static Path store(String uri) {
    return S3.open(URI.create(uri), QUICK);
  }
}
