package dev.apq.store;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where in S3 a store begins.
 *
 * @param bucket name of the bucket
 * @param prefix what every key begins with, without slashes at its ends; empty for the whole bucket
 */
public record StoreLocation(String bucket, String prefix) {
  /** The scheme of its URIs. */
  public static final String SCHEME = "s3";

  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._/-]{0,512}");

  /**
   * @throws IllegalArgumentException if a part is malformed, or steps of the prefix could leave it
   */
  public StoreLocation {
    if (!BUCKET.matcher(bucket).matches()) {
      throw new IllegalArgumentException("'" + bucket + "' is no name of a bucket");
    }
    boolean steps =
        !prefix.isEmpty()
            && Arrays.stream(prefix.split("/", -1)).anyMatch(s -> s.matches("\\.{0,2}"));
    if (!PREFIX.matcher(prefix).matches() || steps) {
      throw new IllegalArgumentException(
          "'" + prefix + "' is no prefix: use letters, digits, '.', '_', '-' and single slashes");
    }
  }

  /** Whether a URI is one of an S3 store. */
  public static boolean names(URI uri) {
    return uri.getScheme() != null && uri.getScheme().toLowerCase(Locale.ROOT).equals(SCHEME);
  }

  /**
   * The location {@code s3://<bucket>/<prefix>}.
   *
   * @throws IllegalArgumentException if the URI is of another form; what could be a secret in it is
   *     not repeated
   */
  public static StoreLocation of(URI uri) {
    boolean plain =
        names(uri)
            && uri.getRawAuthority() != null
            && uri.getRawUserInfo() == null
            && uri.getPort() < 0
            && uri.getRawQuery() == null
            && uri.getRawFragment() == null;
    if (!plain || uri.getRawAuthority().contains("@")) {
      throw new IllegalArgumentException("an S3 store is named s3://<bucket>/<prefix>");
    }
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    String prefix = path.replaceAll("^/|/$", "");
    return new StoreLocation(uri.getRawAuthority(), prefix);
  }

  /** Its URI, without a slash at the end. */
  public String text() {
    return SCHEME + "://" + bucket + (prefix.isEmpty() ? "" : "/" + prefix);
  }
}
