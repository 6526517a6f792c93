package dev.apq.core.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 digests in the form {@code sha256:<64 hex digits>}. */
public final class Digests {
  private static final int BUFFER = 1 << 16;

  private Digests() {}

  /** Digest of bytes. */
  public static String sha256(byte[] bytes) {
    return text(newDigest().digest(bytes));
  }

  /**
   * Digest of a file's content, read once as a stream.
   *
   * @throws IOException if it cannot be read
   */
  public static String sha256(Path file) throws IOException {
    MessageDigest digest = newDigest();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return text(digest.digest());
  }

  /** An empty SHA-256 to feed piece by piece; see {@link #text}. */
  public static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime must provide SHA-256", e);
    }
  }

  /** A finished digest in text form. */
  public static String text(byte[] digest) {
    return "sha256:" + HexFormat.of().formatHex(digest);
  }
}
