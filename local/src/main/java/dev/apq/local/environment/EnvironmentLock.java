package dev.apq.local.environment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps two processes from running the same environment. The kernel releases it with its process,
 * so it is never stale; the process id in the file is of use only while the lock is held.
 */
public final class EnvironmentLock implements AutoCloseable {
  /** Name of the locked file in the environment's folder. */
  public static final String FILE = "lock";

  private final FileChannel channel;

  private EnvironmentLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock of an environment.
   *
   * @throws IllegalStateException when another process runs it; the message says which and what to
   *     do
   */
  public static EnvironmentLock take(EnvironmentPaths paths) {
    try {
      paths.create();
      FileChannel channel =
          FileChannel.open(file(paths), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      @Nullable FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        throw new IllegalStateException(
            paths.root()
                + " is already running as process "
                + Files.readString(file(paths)).strip()
                + "; stop it first with ./apq down, or Ctrl-C where it runs");
      }
      channel.truncate(0);
      channel.write(
          StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + System.lineSeparator()));
      return new EnvironmentLock(channel);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lock " + paths.root(), e);
    }
  }

  /** The process that runs the environment, if one does. */
  public static Optional<ProcessHandle> holder(EnvironmentPaths paths) {
    Path file = file(paths);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      @Nullable FileLock free = channel.tryLock();
      return free != null
          ? Optional.empty()
          : ProcessHandle.of(Long.parseLong(Files.readString(file).strip()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static Path file(EnvironmentPaths paths) {
    return paths.root().resolve(FILE);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
