package dev.apq.store;

import dev.apq.core.artifact.StoreUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Content of one version of an object. A connection that is cut is opened again where it ended; an
 * object that is replaced meanwhile ends the reading, so no mixture is ever read.
 */
final class ObjectStream extends InputStream {
  private final ObjectStore objects;
  private final String key;
  private final Retries retries;
  private ObjectStore.@Nullable Body body;
  private final String version;
  private final long size;
  private long position;
  private int failures;

  ObjectStream(ObjectStore objects, String key, Retries retries) throws IOException {
    this.objects = objects;
    this.key = key;
    this.retries = retries;
    ObjectStore.Body first = objects.get(key, 0, null);
    this.body = first;
    this.version = first.version();
    this.size = first.left();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (position < size) {
      try {
        int read = open().read(buffer, offset, (int) Math.min(length, size - position));
        if (read > 0) {
          position += read;
          failures = 0;
          return read;
        }
        cut(new IOException("the connection ended early"));
      } catch (StoreUnavailableException | InterruptedIOException e) {
        throw e;
      } catch (java.nio.file.NoSuchFileException e) {
        throw new IOException(e.getFile() + " was replaced while it was read", e);
      } catch (IOException e) {
        cut(e);
      }
    }
    return -1;
  }

  private InputStream open() throws IOException {
    ObjectStore.Body current = body;
    if (current == null) {
      current = objects.get(key, position, version);
      body = current;
    }
    return current.in();
  }

  private void cut(IOException problem) throws IOException {
    drop();
    failures++;
    if (failures >= retries.attempts()) {
      throw new StoreUnavailableException(
          key + " was cut " + failures + " times after " + position + " of " + size + " bytes",
          "wait, it is tried again; if it lasts, check the S3 server and the network",
          problem);
    }
    try {
      retries.sleeper().sleep(retries.backoff().computeDelay(failures));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(key + ": interrupted");
    }
  }

  /** Ends the reading; the connection is kept if all was read. */
  @Override
  public void close() {
    position = size;
    drop();
  }

  private void drop() {
    ObjectStore.Body current = body;
    body = null;
    if (current == null) {
      return;
    }
    try {
      current.close();
    } catch (IOException e) {
      // What was needed of it has arrived.
    }
  }
}
