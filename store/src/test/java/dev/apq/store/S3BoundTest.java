package dev.apq.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.apq.core.artifact.AtomicFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A folder with more than a list may hold is refused, never taken for a smaller one. */
class S3BoundTest {
  private static final int MOST = 3;
  private static final int PAGE = 1;
  private static final Retries QUICK = S3Extension.quick(2, pause -> {});

  @RegisterExtension static final S3Extension S3 = new S3Extension();

  private final URI uri = S3.folder();
  private final Path root = bounded();

  private Path bounded() {
    StoreLocation location = StoreLocation.of(uri);
    StoreSettings settings = StoreSettings.of(S3.server().environment());
    ObjectStore objects = new S3Objects(location.bucket(), settings, QUICK, MOST, PAGE);
    return new StoreFileSystem(location, objects, QUICK).getPath("/");
  }

  private void fill(int objects) throws IOException {
    for (int i = 0; i < objects; i++) {
      AtomicFiles.write(root.resolve("stage/" + i + "/file"), "x".getBytes(UTF_8));
    }
    S3.server().heal();
  }

  @Test
  void asManyAsAListMayHoldAreListedAndMoved() throws IOException {
    fill(MOST);
    assertThat(Files.list(root.resolve("stage"))).hasSize(MOST);
    assertThat(ArtifactStores.filesBelow(root)).hasSize(MOST);
    Files.move(root.resolve("stage"), root.resolve("other"));
    assertThat(ArtifactStores.filesBelow(root.resolve("other"))).hasSize(MOST);
  }

  @Test
  void oneMoreFailsAlikeAndChangesNothing() throws IOException {
    fill(MOST + 1);
    Path stage = root.resolve("stage");
    List<ThrowingCallable> listings =
        List.of(
            () -> Files.list(stage),
            () -> Files.move(stage, root.resolve("other")),
            () -> ArtifactStores.filesBelow(stage));
    for (ThrowingCallable listing : listings) {
      assertThatThrownBy(listing)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(uri + "/stage")
          .hasMessageContaining("holds more than " + MOST + " ");
    }
    assertThat(S3.server().requests()).isNotEmpty().allMatch(line -> line.startsWith("GET "));
    assertThat(Files.isDirectory(stage)).isTrue();
  }

  @Test
  void whatLiesDeeperDoesNotCountWhereAFolderIsListed() throws IOException {
    fill(MOST + 1);
    AtomicFiles.write(root.resolve("status"), "x".getBytes(UTF_8));
    S3.server().heal();

    assertThat(Files.list(root)).containsExactly(root.resolve("stage"), root.resolve("status"));

    assertThat(S3.server().requests()).hasSize(1);
  }

  @Test
  void aFolderIsListedOverSeveralPagesAndWithoutAConsolesMarker() throws IOException {
    Path stage = root.resolve("stage");
    AtomicFiles.write(stage.resolve("file"), "x".getBytes(UTF_8));
    AtomicFiles.write(stage.resolve("below/file"), "x".getBytes(UTF_8));
    StoreFileSystem system = (StoreFileSystem) root.getFileSystem();
    system.objects().put(system.location().prefix() + "/stage/", new byte[0]);
    S3.server().heal();

    assertThat(Files.list(stage)).containsExactly(stage.resolve("below"), stage.resolve("file"));

    assertThat(S3.server().requests()).hasSize(2);
  }

  @Test
  void aNeighbourOfTheSameBeginningIsNeitherMovedNorCounted() throws IOException {
    fill(MOST);
    Path neighbour = root.resolve("stage-quantized");
    for (int i = 0; i <= MOST; i++) {
      AtomicFiles.write(neighbour.resolve(i + ""), "x".getBytes(UTF_8));
    }

    Files.move(root.resolve("stage"), root.resolve("other"));

    assertThat(Files.exists(root.resolve("stage"))).isFalse();
    assertThat(ArtifactStores.filesBelow(root.resolve("other"))).hasSize(MOST);
    for (int i = 0; i <= MOST; i++) {
      assertThat(Files.exists(neighbour.resolve(i + ""))).isTrue();
    }
    Files.move(neighbour.resolve("0"), root.resolve("file"));
    assertThat(Files.exists(neighbour.resolve("0"))).isFalse();
    assertThat(ArtifactStores.filesBelow(neighbour)).hasSize(MOST);
  }
}
