package dev.apq.charts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of the repository, and generated ones that must be current. */
final class Repository {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  static final Path CHART = ROOT.resolve("charts/apq-operator");

  private Repository() {}

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fails unless the file holds the wanted text; {@code -Dapq.renew=true} writes it first. */
  static void assertCurrent(Path file, String wanted) throws IOException {
    if (Boolean.getBoolean("apq.renew")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, wanted);
    }
    assertThat(file)
        .as("run ./mvnw test -pl charts -Dapq.renew=true and commit the result")
        .exists()
        .content()
        .isEqualTo(wanted);
  }
}
