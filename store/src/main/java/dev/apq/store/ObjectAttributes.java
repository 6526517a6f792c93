package dev.apq.store;

import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Attributes of an object, or of a folder: a prefix with objects below it.
 *
 * @param object null for a folder
 */
record ObjectAttributes(ObjectStore.@Nullable Head object) implements BasicFileAttributes {
  @Override
  public FileTime lastModifiedTime() {
    return FileTime.from(object == null ? Instant.EPOCH : object.modified());
  }

  @Override
  public FileTime lastAccessTime() {
    return lastModifiedTime();
  }

  @Override
  public FileTime creationTime() {
    return lastModifiedTime();
  }

  @Override
  public boolean isRegularFile() {
    return object != null;
  }

  @Override
  public boolean isDirectory() {
    return object == null;
  }

  @Override
  public boolean isSymbolicLink() {
    return false;
  }

  @Override
  public boolean isOther() {
    return false;
  }

  @Override
  public long size() {
    return object == null ? 0 : object.size();
  }

  /** Changes with the content. */
  @Override
  public @Nullable Object fileKey() {
    return object == null ? null : object.version();
  }
}
