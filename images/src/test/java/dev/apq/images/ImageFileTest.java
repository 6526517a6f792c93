package dev.apq.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.TarImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image is what its description says, and the same each time. */
class ImageFileTest {
  @TempDir private Path folder;

  @Test
  void holdsWhatItWasGivenForTheChartsUser() throws Exception {
    Path tar = build("one", image(root("a")));
    String config = config(tar);
    assertThat(config)
        .contains("\"User\":\"65532:65532\"")
        .contains("\"Entrypoint\":[\"/opt/java/bin/java\",\"-jar\",\"/opt/apq/quarkus-run.jar\"]")
        .contains("\"org.opencontainers.image.title\":\"apq-operator\"")
        .contains("\"8080/tcp\":{}")
        .contains("\"created\":\"1970-01-01T00:00:00Z\"");
    assertThat(list(layer(tar, 0)))
        .containsPattern("drwxrwxrwx 0/0 .* tmp/")
        .contains("etc/passwd")
        .doesNotContain("opt/apq/quarkus-run.jar");
    assertThat(list(layer(tar, 1))).containsPattern("-rwxr-xr-x 0/0 .* opt/java/bin/java");
    assertThat(list(layer(tar, 2))).containsPattern("-rw-r--r-- 0/0 .* opt/apq/quarkus-run.jar");
  }

  @Test
  void sameFilesGiveTheSameImage() throws Exception {
    Path first = build("one", image(root("a")));
    Path second = build("two", image(root("b")));
    assertThat(second).hasSameBinaryContentAs(first);
  }

  /** {@link Map#of} has another order in every process, and Jib sorts by hash only. */
  @Test
  void orderOfVariablesAndLabelsDoesNotMatter() throws Exception {
    List<String> names = new ArrayList<>(TorchLibraries.ENVIRONMENT.keySet());
    Collections.sort(names);
    Path first = build("one", image(root("a"), inOrder(names)));
    Collections.reverse(names);
    Path second = build("two", image(root("b"), inOrder(names)));
    assertThat(config(first)).contains("\"DJL_CACHE_DIR=1\"", "\"DJL_CACHE_DIR\":\"1\"");
    assertThat(second).hasSameBinaryContentAs(first);
  }

  private static Map<String, String> inOrder(List<String> names) {
    Map<String, String> map = new LinkedHashMap<>();
    names.forEach(name -> map.put(name, "1"));
    return map;
  }

  private Path root(String name) throws IOException {
    Path root = folder.resolve(name);
    Files.createDirectories(root.resolve("tmp"));
    Files.createDirectories(root.resolve("etc"));
    Files.writeString(root.resolve("etc/passwd"), "apq:x:65532:65532::/tmp:/none\n");
    Path java = Files.createDirectories(root.resolve("opt/java/bin")).resolve("java");
    assertThat(Files.writeString(java, "#!").toFile().setExecutable(true)).isTrue();
    Files.createDirectories(root.resolve("opt/apq"));
    Files.writeString(root.resolve("opt/apq/quarkus-run.jar"), "jar");
    return root;
  }

  private static ImageFile image(Path root) {
    return image(
        root,
        Program.OPERATOR.environment(),
        Map.of("org.opencontainers.image.title", "apq-operator"));
  }

  private static ImageFile image(Path root, Map<String, String> names) {
    return image(root, names, names);
  }

  private static ImageFile image(
      Path root, Map<String, String> environment, Map<String, String> labels) {
    return new ImageFile(
        Optional.empty(),
        root,
        List.of("/", "opt/java", "opt/apq"),
        Program.OPERATOR.command("/opt/java/bin/java", List.of()),
        environment,
        Program.OPERATOR.ports(),
        labels);
  }

  private Path build(String name, ImageFile image) throws Exception {
    Path tar = folder.resolve(name + ".tar");
    image.build(
        Containerizer.to(TarImage.at(tar).named("apq-operator:test")),
        folder.resolve(name + "-cache"));
    return tar;
  }

  private String config(Path tar) throws Exception {
    return Commands.run(folder, List.of("tar", "--extract", "-Of", tar.toString(), "config.json"));
  }

  /** The layer's file, taken out of the image's. */
  private Path layer(Path tar, int index) throws Exception {
    String manifest =
        Commands.run(folder, List.of("tar", "--extract", "-Of", tar.toString(), "manifest.json"));
    String name = manifest.split("\"Layers\":\\[")[1].split("]")[0].split(",")[index];
    Path target = folder.resolve("layer-" + index);
    Process extract =
        new ProcessBuilder(
                "tar", "--extract", "-Of", tar.toString(), name.replace("\"", "").strip())
            .start();
    try (InputStream content = extract.getInputStream()) {
      Files.write(target, content.readAllBytes());
    }
    assertThat(extract.waitFor()).isZero();
    return target;
  }

  private String list(Path layer) throws Exception {
    return Commands.run(
        folder, List.of("tar", "--list", "-zv", "--numeric-owner", "-f", layer.toString()));
  }
}
