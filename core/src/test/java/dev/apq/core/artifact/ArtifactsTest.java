package dev.apq.core.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.apq.core.random.RandomStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactsTest {
  @TempDir Path folder;

  private record Point(int x, double y) {}

  @Test
  void tensorsSurviveAndBytesAreDeterministic() throws IOException {
    FloatTensor big = new FloatTensor(new int[] {300, 100}, new float[30_000]);
    RandomStream random = RandomStream.of(1);
    for (int i = 0; i < big.data().length; i++) {
      big.data()[i] = (float) random.nextGaussian();
    }
    Map<String, FloatTensor> tensors =
        Map.of(
            "b", big,
            "a", new FloatTensor(new int[] {}, new float[] {Float.MIN_VALUE}),
            "empty", new FloatTensor(new int[] {0, 3}, new float[0]));
    Path first = folder.resolve("sub/one.safetensors");
    Path second = folder.resolve("two.safetensors");
    Safetensors.write(first, tensors);
    Safetensors.write(second, new HashMap<>(tensors));
    assertThat(Safetensors.read(first, 1 << 20)).isEqualTo(tensors);
    assertThat(first).hasSameBinaryContentAs(second);
    try (var files = Files.list(folder.resolve("sub"))) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void oversizedFilesAreRefusedUnread() throws IOException {
    Path file = folder.resolve("x");
    Files.write(file, new byte[100]);
    assertThatThrownBy(() -> Safetensors.read(file, 99))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining("more than the 99 allowed");
    assertThatThrownBy(() -> Json.read(file, Point.class, 99)).hasMessageContaining("larger");
  }

  @Test
  void malformedSafetensorsAreRefused() throws IOException {
    assertRefused("[]", 0, "no JSON object");
    assertRefused("{\"a\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[0,2]}}", 2, "F16");
    assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4, "fit");
    assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "starts");
    assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 8, "cover");
    assertRefused(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[65536,65536],\"data_offsets\":[0,17179869184]}}",
        8,
        "do not fit");
    assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", 4, "bad");
    assertRefused("{\"a\":1,\"a\":1}", 0, "Duplicate");
    Path file = folder.resolve("header");
    Files.write(
        file,
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(Long.MAX_VALUE).array());
    assertThatThrownBy(() -> Safetensors.read(file, 1000)).hasMessageContaining("out of range");
  }

  private void assertRefused(String header, int dataBytes, String message) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    Path file = folder.resolve("bad.safetensors");
    Files.write(file, bytes.array());
    assertThatThrownBy(() -> Safetensors.read(file, 1 << 20))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining(message);
  }

  @Test
  void jsonIsStrict() throws IOException {
    assertThat(Json.read(utf8("{\"x\":1,\"y\":2.5}"), Point.class)).isEqualTo(new Point(1, 2.5));
    for (String bad :
        new String[] {
          "{\"x\":1,\"y\":2,\"z\":3}",
          "{\"x\":1}",
          "{\"x\":1.5,\"y\":2}",
          "{\"x\":\"1\",\"y\":2}",
          "{\"x\":1,\"x\":1,\"y\":2}",
          "{\"x\":1,\"y\":2} {}",
          "{\"x\":1,\"y\":NaN}",
          "null",
          "",
          "[".repeat(1000)
        }) {
      assertThatThrownBy(() -> Json.read(utf8(bad), Point.class))
          .as(bad)
          .isInstanceOf(InvalidArtifactException.class);
    }
  }

  @Test
  void numbersPrintEqualOnEveryJavaVersion() {
    // Before Java 19, Double.toString(2e23) was 2.0E23 or longer forms by defect; these are pinned.
    assertThat(new String(Json.bytes(new double[] {2e-3, 2e23, 1d / 3}), StandardCharsets.UTF_8))
        .isEqualTo("[0.002,2.0E23,0.3333333333333333]");
  }

  @Test
  void writesReplaceWholeFilesAndLeaveNothingBehindOnFailure() throws IOException {
    Path file = folder.resolve("f");
    AtomicFiles.write(file, utf8("old"));
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      out.write(1);
                      throw new IOException("disk full");
                    }))
        .hasMessage("disk full");
    assertThat(file).hasContent("old");
    AtomicFiles.write(file, utf8("new"));
    assertThat(file).hasContent("new");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void digestIsSha256() throws IOException {
    Path file = folder.resolve("abc");
    Files.write(file, utf8("abc"));
    assertThat(Digests.sha256(file))
        .isEqualTo(Digests.sha256(utf8("abc")))
        .isEqualTo("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
