package dev.apq.kubectl.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.apq.core.artifact.InvalidArtifactException;
import java.net.URI;
import org.junit.jupiter.api.Test;

class ArtifactFolderTest {
  @Test
  void theRootOfTheOperatorIsLeftOut() throws InvalidArtifactException {
    assertThat(
            ArtifactFolder.of(
                URI.create("file:///srv/default/phone/x/default/phone/0123abcd/search/result.json"),
                "default",
                "phone"))
        .isEqualTo(new ArtifactFolder("default/phone/0123abcd", "search/result.json"));
    assertThat(ArtifactFolder.of(URI.create("s3://apq/store/a/b/run/verify/"), "a", "b"))
        .isEqualTo(new ArtifactFolder("a/b/run", "verify"));
  }

  @Test
  void artifactsOfOthersAreRefused() {
    for (String uri :
        new String[] {
          "file:///apq/other/phone/run/search/result.json",
          "file:///apq/default/phone/run",
          "file:///apq/default/phone/run/",
          "file:///apq/default/phone/../../secrets/x",
          "mailto:somebody"
        }) {
      assertThatThrownBy(() -> ArtifactFolder.of(URI.create(uri), "default", "phone"))
          .isInstanceOf(InvalidArtifactException.class)
          .hasMessageContaining("no artifact of default/phone");
    }
  }
}
