package dev.apq.local.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentLockTest {
  @TempDir private Path directory;

  @Test
  void anotherProcessSeesWhoHoldsItUntilItsEnd() throws Exception {
    EnvironmentPaths paths = new EnvironmentPaths(directory.resolve("env"));
    Process holder =
        new ProcessBuilder(
                Distribution.java().toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                paths.root().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(holder.inputReader().readLine()).isEqualTo("taken");

    assertThat(EnvironmentLock.holder(paths).map(ProcessHandle::pid)).hasValue(holder.pid());
    assertThatThrownBy(() -> EnvironmentLock.take(paths))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("already running as process " + holder.pid())
        .hasMessageContaining("./apq down");

    holder.destroyForcibly().waitFor();
    assertThat(EnvironmentLock.holder(paths)).isEmpty();
    EnvironmentLock.take(paths).close();
  }

  /** Takes the lock and stays. */
  static final class Holder {
    public static void main(String[] arguments) throws Exception {
      EnvironmentLock lock = EnvironmentLock.take(new EnvironmentPaths(Path.of(arguments[0])));
      System.out.println("taken");
      Thread.currentThread().join();
      lock.close();
    }
  }
}
