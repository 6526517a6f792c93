package dev.apq.core.artifact;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes files so that a reader sees the old content or the new, never a part.
 *
 * <p>On a local or shared file system: a temporary file beside the target, forced to disk, then
 * renamed. In an object store: a temporary local file, then one request.
 */
public final class AtomicFiles {
  private AtomicFiles() {}

  /** Produces a file's content. */
  @FunctionalInterface
  public interface Content {
    /** Writes everything to {@code out}; leaves it open. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Creates or replaces {@code target}; missing parent folders are made. */
  public static void write(Path target, byte[] bytes) throws IOException {
    if (target.getFileSystem() instanceof PublishingFileSystem store) {
      store.publish(bytes, target);
    } else {
      write(target, out -> out.write(bytes));
    }
  }

  /** Creates or replaces {@code target} with streamed content; missing parents are made. */
  public static void write(Path target, Content content) throws IOException {
    if (target.getFileSystem() instanceof PublishingFileSystem store) {
      publish(store, target, content);
      return;
    }
    Path parent = target.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Path temporary =
        target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel channel =
              FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
          OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16)) {
        content.writeTo(out);
        out.flush();
        channel.force(true);
      }
      publish(temporary, target);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  // The content comes first to an end: a stream to the store would publish half of it on a failure.
  private static void publish(PublishingFileSystem store, Path target, Content content)
      throws IOException {
    Path temporary = Files.createTempFile("apq-", ".tmp");
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 16)) {
        content.writeTo(out);
      }
      store.publish(temporary, target);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Renames a finished file or folder to its final name, replacing a file of that name.
   *
   * @throws IOException also if the file system cannot rename atomically: keep temporary and final
   *     name on one file system
   */
  public static void publish(Path finished, Path target) throws IOException {
    try {
      Files.move(
          finished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException(
          "cannot publish "
              + target
              + " atomically from "
              + finished
              + "; keep both on one file system",
          e);
    }
  }
}
