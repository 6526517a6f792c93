package dev.apq.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreLocationTest {
  @Test
  void isReadFromItsUri() {
    assertThat(StoreLocation.of(URI.create("s3://bucket-1/team/apq/")))
        .isEqualTo(new StoreLocation("bucket-1", "team/apq"));
    assertThat(StoreLocation.of(URI.create("s3://bucket-1")))
        .isEqualTo(new StoreLocation("bucket-1", ""));
    assertThat(new StoreLocation("bucket-1", "team").text()).isEqualTo("s3://bucket-1/team");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3:bucket",
        "s3:///prefix",
        "s3://AKIAKEY:hidden@bucket/prefix",
        "s3://hidden@bucket/prefix",
        "s3://bucket:9000/prefix",
        "s3://bucket/prefix?hidden=1",
        "s3://bucket/prefix#hidden",
        "s3://bucket/a/../b",
        "s3://bucket/./a",
        "s3://bucket/a//b",
        "s3://bucket/a%2F..%2Fb",
        "s3://Bucket/a"
      })
  void whatCouldMeanSomethingElseIsRefused(String uri) {
    assertThatThrownBy(() -> StoreLocation.of(URI.create(uri)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("hidden");
  }

  @Test
  void settingsComeFromTheEnvironment() {
    StoreSettings aws = StoreSettings.of(Map.of("AWS_REGION", "eu-west-1"));
    assertThat(aws.endpoint()).isNull();
    assertThat(aws.credentials()).isNull();
    assertThat(aws.region()).isEqualTo("eu-west-1");
    StoreSettings other =
        StoreSettings.of(
            Map.of(
                StoreSettings.ENDPOINT, "https://minio:9000",
                StoreSettings.PATH_STYLE, "true",
                StoreSettings.REGION, "here",
                StoreSettings.ACCESS_KEY, "k",
                StoreSettings.SECRET_KEY, "s"));
    assertThat(other.pathStyle()).isTrue();
    assertThat(other.endpoint()).isEqualTo(URI.create("https://minio:9000"));
    assertThat(other.credentials()).isEqualTo(new StoreSettings.Credentials("k", "s", null));
    assertThatThrownBy(() -> StoreSettings.of(Map.of(StoreSettings.ACCESS_KEY, "hidden")))
        .hasMessageContaining(StoreSettings.SECRET_KEY)
        .hasMessageNotContaining("hidden");
    assertThatThrownBy(
            () -> StoreSettings.of(Map.of(StoreSettings.ENDPOINT, "https://u:hidden@minio")))
        .hasMessageContaining(StoreSettings.ENDPOINT)
        .hasMessageNotContaining("hidden");
  }

  /** Whatever a path is made of, its object lies below the store's prefix, by whole steps. */
  @Property
  void everyKeyLiesBelowThePrefix(@ForAll("paths") List<String> steps) {
    StoreFileSystem store =
        new StoreFileSystem(new StoreLocation("bucket", "a/b"), new Nothing(), Retries.growing(1));
    Path path = store.getPath("/");
    for (String step : steps) {
      path = path.resolve(step);
    }
    String key = store.key(StoreFileSystemProvider.stored(path));
    assertThat(key.equals("a/b") || key.startsWith("a/b/")).isTrue();
    assertThat(List.of(key.split("/", -1))).doesNotContain("..", ".");
  }

  @Provide
  Arbitrary<List<String>> paths() {
    return Arbitraries.of(
            "..",
            ".",
            "/",
            "//",
            "a",
            "a/b",
            "../..",
            "bucket",
            "s3:",
            "s3://bucket",
            "%2e%2e",
            "s3://bucket/a/b",
            "s3://bucket/a/b/../..",
            "\\..",
            "..\\",
            "…",
            " ",
            "/..",
            "a/..")
        .list()
        .ofMaxSize(8);
  }

  private static final class Nothing implements ObjectStore {
    @Override
    public Optional<Head> head(String key) {
      return Optional.empty();
    }

    @Override
    public Body get(String key, long offset, @Nullable String version) {
      return new Body(InputStream.nullInputStream(), 0, "");
    }

    @Override
    public void put(String key, byte[] content) {}

    @Override
    public void put(String key, Path file) {}

    @Override
    public void copy(String from, String to) {}

    @Override
    public void delete(String key) {}

    @Override
    public boolean any(String prefix) {
      return false;
    }

    @Override
    public List<String> list(String prefix) throws IOException {
      return List.of();
    }

    @Override
    public Set<String> entries(String prefix) throws IOException {
      return Set.of();
    }
  }
}
