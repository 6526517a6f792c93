package dev.apq.worker.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever lies in a data set is decoded to pixels or refused with the file's name and a remedy;
 * nothing else is thrown.
 */
class HostileImagesTest {
  private static final MemoryLimit LIMIT = new MemoryLimit(1 << 20);
  private static Path folder;

  private interface Reader {
    void read() throws IOException;
  }

  @BeforeContainer
  static void makeFolder() throws IOException {
    folder = Files.createTempDirectory("hostile-images");
  }

  @AfterContainer
  static void removeFolder() throws IOException {
    try (var tree = Files.walk(folder)) {
      for (Path file : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Property(tries = 500)
  void imageFolders(@ForAll("imageBytes") byte[] bytes) throws IOException {
    Files.write(Files.createDirectories(folder.resolve("cat")).resolve("a.png"), image("png"));
    Files.write(Files.createDirectories(folder.resolve("dog")).resolve("b.jpg"), bytes);
    readOrRefused(
        () -> {
          ImageSet images = ImageFolder.open(folder, List.of("cat", "dog"), 3, 8);
          for (int image = 0; image < images.count(); image++) {
            images.read(image, new byte[images.imageBytes()], 0);
          }
        });
  }

  @Provide
  Arbitrary<byte[]> imageBytes() throws IOException {
    return Arbitraries.oneOf(damaged(image("png")), damaged(image("jpg")), noise());
  }

  @Property(tries = 300)
  void idx(@ForAll("idxBytes") byte[] bytes) throws IOException {
    Files.write(folder.resolve("train-images-idx3-ubyte"), bytes);
    Files.write(folder.resolve("train-labels-idx1-ubyte"), labels());
    readOrRefused(() -> new Idx(folder, LIMIT).read("train", 10));
  }

  @Property(tries = 300)
  void idxLabels(@ForAll("labelBytes") byte[] bytes) throws IOException {
    Files.write(folder.resolve("t10k-images-idx3-ubyte"), pixels());
    Files.write(folder.resolve("t10k-labels-idx1-ubyte.gz"), bytes);
    readOrRefused(() -> new Idx(folder, LIMIT).read("t10k", 10));
  }

  @Provide
  Arbitrary<byte[]> labelBytes() throws IOException {
    return Arbitraries.oneOf(
        damaged(labels()).map(HostileImagesTest::packed), damaged(packed(labels())), noise());
  }

  @Property(tries = 300)
  void cifar10(@ForAll("cifarBytes") byte[] bytes) throws IOException {
    Files.write(folder.resolve("data_batch_1.bin"), bytes);
    Files.write(folder.resolve("test_batch.bin"), bytes);
    readOrRefused(() -> new Cifar10Binary(folder, LIMIT).train());
    readOrRefused(() -> new Cifar10Binary(folder, LIMIT).test());
  }

  @Provide
  Arbitrary<byte[]> cifarBytes() {
    return Arbitraries.oneOf(damaged(new byte[2 * 3073]), noise());
  }

  @Provide
  Arbitrary<byte[]> idxBytes() throws IOException {
    return Arbitraries.oneOf(damaged(pixels()), noise());
  }

  private static byte[] pixels() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    for (int word : List.of(0x803, 4, 8, 8)) {
      out.writeInt(word);
    }
    out.write(new byte[4 * 64]);
    return bytes.toByteArray();
  }

  private static byte[] packed(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] labels() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(0x801);
    out.writeInt(4);
    out.write(new byte[] {0, 1, 2, 3});
    return bytes.toByteArray();
  }

  private static byte[] image(String format) throws IOException {
    BufferedImage image = new BufferedImage(16, 12, BufferedImage.TYPE_INT_RGB);
    for (int pixel = 0; pixel < 192; pixel++) {
      image.setRGB(pixel % 16, pixel / 16, pixel * 0x10305);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, bytes)).isTrue();
    return bytes.toByteArray();
  }

  private static void readOrRefused(Reader reader) throws IOException {
    try {
      reader.read();
    } catch (DataException e) {
      assertThat(e.getMessage()).startsWith(folder + "/");
      assertThat(e.remedy()).isNotBlank();
    }
  }

  private static Arbitrary<byte[]> noise() {
    return Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
  }

  /** A valid file with some bytes changed, or cut off. */
  private static Arbitrary<byte[]> damaged(byte[] valid) {
    Arbitrary<byte[]> changed =
        Arbitraries.integers()
            .between(0, valid.length - 1)
            .list()
            .ofMinSize(1)
            .ofMaxSize(6)
            .flatMap(
                places ->
                    Arbitraries.bytes()
                        .map(
                            value -> {
                              byte[] bytes = valid.clone();
                              places.forEach(place -> bytes[place] = value);
                              return bytes;
                            }));
    Arbitrary<byte[]> cut =
        Arbitraries.integers().between(0, valid.length).map(length -> Arrays.copyOf(valid, length));
    return Arbitraries.oneOf(changed, cut);
  }
}
