package dev.apq.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Expected outputs in files; {@code -Dapq.renew=true} writes them. */
final class Golden {
  private static final Path FOLDER = Path.of("src/test/resources/golden");

  private Golden() {}

  static boolean renewed() {
    return Boolean.getBoolean("apq.renew");
  }

  static void matches(String name, String actual) {
    matches(FOLDER.resolve(name), actual);
  }

  static void matches(Path file, String actual) {
    try {
      if (renewed()) {
        Files.writeString(file, actual);
      }
      assertThat(actual)
          .as(file + "; renew with -Dapq.renew=true")
          .isEqualTo(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
