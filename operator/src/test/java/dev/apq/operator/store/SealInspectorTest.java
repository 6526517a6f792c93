package dev.apq.operator.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealInspectorTest {
  private static final String INPUT = "sha256:" + "1".repeat(64);

  @TempDir Path store;
  private final FileDigests digests = new FileDigests();
  private final SealInspector inspector = new SealInspector(digests);
  private final StageFolders folders = new StageFolders(inspector, digests);
  private StoreLayout layout = new StoreLayout(Path.of("unset"));

  @BeforeEach
  void makeResourceFolder() throws IOException {
    layout = new StoreLayout(Files.createDirectories(store.resolve("team/small/key")));
  }

  @Test
  void aManifestWithMatchingFilesIsGood() throws IOException {
    write(layout.stage(Stage.TRAIN), Stage.TRAIN, null, "weights");
    SealInspector.Verdict verdict = inspector.stage(layout, Stage.TRAIN, INPUT);
    assertThat(verdict.seal()).isEqualTo(Seal.GOOD);
    assertThat(verdict.writtenAt()).isNotNull();
  }

  @Test
  void aManifestOfOtherInputsCountsAsNone() throws IOException {
    write(layout.stage(Stage.TRAIN), Stage.TRAIN, null, "weights");
    assertThat(inspector.stage(layout, Stage.TRAIN, "sha256:" + "2".repeat(64)).seal())
        .isEqualTo(Seal.NONE);
  }

  @Test
  void aChangedFileIsFoundAlsoAfterTheFirstLook() throws IOException {
    Path folder = layout.stage(Stage.TRAIN);
    write(folder, Stage.TRAIN, null, "weights");
    assertThat(inspector.stage(layout, Stage.TRAIN, INPUT).seal()).isEqualTo(Seal.GOOD);
    Files.writeString(folder.resolve("data.bin"), "w3ights");
    Files.setLastModifiedTime(
        folder.resolve("data.bin"), java.nio.file.attribute.FileTime.fromMillis(1));
    SealInspector.Verdict verdict = inspector.stage(layout, Stage.TRAIN, INPUT);
    assertThat(verdict.seal()).isEqualTo(Seal.CORRUPT);
    assertThat(verdict.problem()).contains("train/data.bin");
  }

  @Test
  void aLinkToAnotherResourcesFileIsNeverFollowed() throws IOException {
    Path secret = Files.writeString(store.resolve("secret"), "weights");
    Path folder = layout.stage(Stage.TRAIN);
    write(folder, Stage.TRAIN, null, "weights");
    Files.delete(folder.resolve("data.bin"));
    Files.createSymbolicLink(folder.resolve("data.bin"), secret);
    assertThat(inspector.stage(layout, Stage.TRAIN, INPUT).seal()).isEqualTo(Seal.CORRUPT);
  }

  @Test
  void aStageFolderThatIsALinkElsewhereIsCorrupt() throws IOException {
    Path other = Files.createDirectories(store.resolve("team/other/key/train"));
    write(other, Stage.TRAIN, null, "weights");
    Files.createSymbolicLink(layout.stage(Stage.TRAIN), other);
    assertThat(inspector.stage(layout, Stage.TRAIN, INPUT).seal()).isEqualTo(Seal.CORRUPT);
  }

  @Test
  void anUnreadableManifestIsCorruptAndSaysWhy() throws IOException {
    Path folder = Files.createDirectories(layout.stage(Stage.TRAIN));
    Files.writeString(folder.resolve(Manifest.FILE_NAME), "{\"contractVersion\": 1, \"x\": 2}");
    SealInspector.Verdict verdict = inspector.stage(layout, Stage.TRAIN, INPUT);
    assertThat(verdict.seal()).isEqualTo(Seal.CORRUPT);
    assertThat(verdict.problem()).contains("train/manifest.json");
  }

  @Test
  void sealingListsFinishedShardsAndTheirSamples() throws IOException {
    for (int shard : new int[] {0, 2}) {
      write(layout.shard(Stage.COLLECT, shard), Stage.COLLECT, shard, "samples " + shard);
    }
    assertThat(inspector.stage(layout, Stage.COLLECT, INPUT).seal()).isEqualTo(Seal.NONE);
    assertThat(inspector.shards(layout, Stage.COLLECT, 3, INPUT).good()).containsExactly(0, 2);
    folders.seal(layout, Stage.COLLECT, 3, INPUT);
    SealInspector.Verdict verdict = inspector.stage(layout, Stage.COLLECT, INPUT);
    assertThat(verdict.seal()).isEqualTo(Seal.GOOD);
    assertThat(verdict.manifest()).isNotNull();
    assertThat(verdict.manifest().counts())
        .containsEntry("shards", 2L)
        .containsEntry("samples", 10L);
  }

  @Test
  void sealingTwiceGivesTheSameBytes() throws IOException {
    write(layout.shard(Stage.COLLECT, 0), Stage.COLLECT, 0, "samples");
    folders.seal(layout, Stage.COLLECT, 1, INPUT);
    byte[] first = Files.readAllBytes(layout.stage(Stage.COLLECT).resolve(Manifest.FILE_NAME));
    folders.seal(layout, Stage.COLLECT, 1, INPUT);
    assertThat(layout.stage(Stage.COLLECT).resolve(Manifest.FILE_NAME)).hasBinaryContent(first);
  }

  @Test
  void aCorruptShardMakesASealedStageCorruptAndOnlyItIsSetAside() throws IOException {
    for (int shard = 0; shard < 3; shard++) {
      write(layout.shard(Stage.COLLECT, shard), Stage.COLLECT, shard, "samples " + shard);
    }
    folders.seal(layout, Stage.COLLECT, 3, INPUT);
    Files.writeString(layout.shard(Stage.COLLECT, 1).resolve("data.bin"), "?");
    assertThat(inspector.stage(layout, Stage.COLLECT, INPUT).seal()).isEqualTo(Seal.CORRUPT);
    assertThat(folders.quarantined(layout, Stage.COLLECT)).isFalse();

    folders.quarantine(layout, Stage.COLLECT, 3, INPUT);

    assertThat(folders.quarantined(layout, Stage.COLLECT)).isTrue();
    assertThat(inspector.stage(layout, Stage.COLLECT, INPUT).seal()).isEqualTo(Seal.NONE);
    SealInspector.Shards shards = inspector.shards(layout, Stage.COLLECT, 3, INPUT);
    assertThat(shards.good()).containsExactly(0, 2);
    assertThat(shards.corrupt()).isEmpty();
  }

  @Test
  void aCorruptStageIsSetAsideAsAWhole() throws IOException {
    write(layout.stage(Stage.TRAIN), Stage.TRAIN, null, "weights");
    folders.quarantine(layout, Stage.TRAIN, 1, INPUT);
    assertThat(layout.stage(Stage.TRAIN)).doesNotExist();
    assertThat(folders.quarantined(layout, Stage.TRAIN)).isTrue();
  }

  private static void write(Path folder, Stage stage, @Nullable Integer shard, String content)
      throws IOException {
    Files.createDirectories(folder);
    Path data = Files.writeString(folder.resolve("data.bin"), content);
    Map<String, Manifest.FileEntry> files = new TreeMap<>();
    files.put("data.bin", Manifest.FileEntry.of(data));
    new Manifest(1, stage.folder(), shard, INPUT, files, Map.of("samples", 5L), Map.of())
        .write(folder);
  }
}
