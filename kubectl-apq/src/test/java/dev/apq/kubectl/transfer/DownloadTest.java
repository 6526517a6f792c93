package dev.apq.kubectl.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.kubectl.error.PluginException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadTest {
  private static final List<String> PATHS = List.of("search/result.json", "verify");
  private static final long ENOUGH = 1 << 20;

  @TempDir private Path store;
  @TempDir private Path target;
  private String manifestDigest = "";

  @BeforeEach
  void verifiedSearch() throws IOException {
    Files.createDirectories(store.resolve("search"));
    Files.createDirectories(store.resolve("verify"));
    Files.writeString(store.resolve("search/result.json"), "{}");
    Files.write(store.resolve("verify/model.onnx"), new byte[100_000]);
    Manifest manifest =
        new Manifest(
            WorkerSpec.VERSION,
            "verify",
            null,
            "inputs",
            Map.of("model.onnx", Manifest.FileEntry.of(store.resolve("verify/model.onnx"))),
            Map.of(),
            Map.of());
    manifest.write(store.resolve("verify"));
    manifestDigest = Digests.sha256(store.resolve("verify/manifest.json"));
  }

  @Test
  void whatIsCheckedIsPublished() throws IOException {
    try (Download download = Download.to(target, false)) {
      assertThat(download.fetch(new MountedArtifacts(store), PATHS, ENOUGH))
          .containsExactly("search/result.json", "verify/manifest.json", "verify/model.onnx");
      download.checkSealed("verify", manifestDigest);

      assertThat(download.publish(Map.of("verify/model.onnx", "model.onnx")))
          .containsExactly(
              Map.entry("model.onnx", Digests.sha256(store.resolve("verify/model.onnx"))));
    }
    assertThat(files(target)).containsExactly("model.onnx");
    assertThat(target.resolve("model.onnx")).hasBinaryContent(new byte[100_000]);
  }

  @Test
  void aChangedByteOrManifestIsNoticedAndNothingIsLeft() throws IOException {
    byte[] changed = new byte[100_000];
    changed[77_777] = 1;
    Files.write(store.resolve("verify/model.onnx"), changed);
    try (Download download = Download.to(target, false)) {
      download.fetch(new MountedArtifacts(store), PATHS, ENOUGH);
      assertThatThrownBy(() -> download.checkSealed("verify", manifestDigest))
          .isInstanceOf(InvalidArtifactException.class)
          .hasMessageContaining("verify/model.onnx is not what the manifest says");
      String other = "sha256:" + "0".repeat(64);
      assertThatThrownBy(() -> download.checkSealed("verify", other))
          .isInstanceOf(InvalidArtifactException.class)
          .hasMessageContaining("but the status says " + other);
    }
    assertThat(files(target)).isEmpty();
  }

  @Test
  void tooMuchIsRefusedBeforeItIsRead() throws IOException {
    try (Download download = Download.to(target, false)) {
      assertThatThrownBy(() -> download.fetch(new MountedArtifacts(store), PATHS, 99_999))
          .isInstanceOf(PluginException.class)
          .hasMessageContaining("more than the 97.7 KiB allowed");
    }
  }

  @Test
  void aFolderWithSomethingInItIsOnlyUsedWhenAsked() throws IOException {
    Files.writeString(target.resolve("mine.txt"), "mine");
    assertThatThrownBy(() -> Download.to(target, false)).hasMessageContaining("is not empty");
    try (Download download = Download.to(target, true)) {
      download.add("policy.json", new byte[] {1});
      download.publish(Map.of("policy.json", "policy.json"));
    }
    assertThat(files(target)).containsExactly("mine.txt", "policy.json");
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
