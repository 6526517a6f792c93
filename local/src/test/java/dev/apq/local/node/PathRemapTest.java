package dev.apq.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.local.node.PathRemap.Mount;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathRemapTest {
  private static final PathRemap REMAP =
      new PathRemap(
          List.of(
              new Mount("/data", Path.of("/host/d")),
              new Mount("/data/inner/", Path.of("/host/i")),
              new Mount("/tmp", Path.of("/host/data"))));

  @ParameterizedTest
  @CsvSource({
    "/data, /host/d",
    "/data/, /host/d/",
    "--in=/data/x.bin, --in=/host/d/x.bin",
    "file:///data/x, file:///host/d/x",
    "'/data:/tmp', '/host/d:/host/data'",
    "'cp \"/data/a\" /tmp;', 'cp \"/host/d/a\" /host/data;'",
    "'{\"path\":\"/data\"}', '{\"path\":\"/host/d\"}'",
    "/data/inner/y, /host/i/y",
    "/data/inner2/y, /host/d/inner2/y",
    "/mydata, /mydata",
    "/old/data, /old/data",
    "/database, /database",
    "/data.bak, /data.bak",
    "/data-2, /data-2",
    "~/data, ~/data",
    "data, data",
  })
  void rewritesWholePathsAndTheirLeadingFolders(String text, String expected) {
    assertThat(REMAP.apply(text)).isEqualTo(expected);
  }

  @Test
  void doesNotRewriteWhatItHasWritten() {
    assertThat(REMAP.apply("/tmp/data")).isEqualTo("/host/data/data");
  }

  @Test
  void withoutMountsTextStays() {
    assertThat(new PathRemap(List.of()).apply("/data")).isEqualTo("/data");
  }

  @Test
  void aDollarInAHostPathIsPlainText() {
    PathRemap odd = new PathRemap(List.of(new Mount("/a", Path.of("/h/$1\\x"))));

    assertThat(odd.apply("/a")).isEqualTo("/h/$1\\x");
  }
}
