package dev.apq.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdkTest {
  @Test
  void runningJdkIsAmongTheInstalledOnes() throws Exception {
    assertThat(Jdk.installed()).contains(Jdk.running()).allMatch(jdk -> jdk.feature() >= 17);
  }

  @Test
  void readsTheReleaseFile(@TempDir Path home) throws Exception {
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    Files.createFile(java);
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"21.0.5\"\n");
    assertThat(Jdk.at(home)).hasValue(new Jdk(home, 21, "21.0.5"));
  }

  @Test
  void otherFoldersAreNoJdks(@TempDir Path home) throws Exception {
    assertThat(Jdk.at(home)).isEmpty();
  }
}
