package dev.apq.core.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The images to train on: exactly one of the two.
 *
 * @param builtin a data set the worker makes or ships: {@code digits} or {@code cluttered-digits}
 * @param directory files the user provides
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DatasetSpec(@Nullable String builtin, @Nullable Directory directory) {

  /**
   * @throws IllegalArgumentException unless exactly one source is given
   */
  public DatasetSpec {
    if ((builtin == null) == (directory == null)) {
      throw new IllegalArgumentException("dataset: give exactly one of builtin and directory");
    }
  }

  /**
   * The same data set with its directory elsewhere, if it has one and that is said.
   *
   * @param elsewhere a folder, or a URI as {@link Directory#uri} is
   */
  public DatasetSpec at(@Nullable String elsewhere) {
    if (directory == null || elsewhere == null) {
      return this;
    }
    return new DatasetSpec(
        null,
        Directory.isUri(elsewhere)
            ? new Directory(null, elsewhere, directory.format())
            : new Directory(elsewhere, directory.format()));
  }

  /**
   * A folder of images.
   *
   * @param path absolute path inside the worker's container; null if there is a URI
   * @param uri {@code s3://<bucket>/<prefix>}, read with the artifact store's settings and
   *     credentials, or {@code file:///<folder>}; null if there is a path
   * @param format how the folder is laid out
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Directory(@Nullable String path, @Nullable String uri, Format format) {
    private static final Pattern URI = Pattern.compile("(s3://|file:/).+");

    /**
     * @throws IllegalArgumentException if a part is missing or the URI is of another scheme
     */
    public Directory {
      if ((path == null) == (uri == null) || format == null) {
        throw new IllegalArgumentException("dataset.directory: needs format, and path or uri");
      }
      if (uri != null && !isUri(uri)) {
        throw new IllegalArgumentException(
            "dataset.directory.uri: needs s3://<bucket>/<prefix> or file:///<folder>");
      }
    }

    /** A folder inside the worker's container. */
    public Directory(String path, Format format) {
      this(path, null, format);
    }

    private static boolean isUri(String text) {
      return URI.matcher(text).matches();
    }
  }

  /** Layouts of a data-set folder. */
  public enum Format {
    /** {@code train/<class>/*.jpg|png} and {@code test/<class>/*}. */
    @JsonProperty("image-folder")
    IMAGE_FOLDER,
    /** The five training batches and the test batch of CIFAR-10, binary version. */
    @JsonProperty("cifar10-binary")
    CIFAR10_BINARY,
    /** The four files of MNIST, optionally gzipped. */
    @JsonProperty("idx")
    IDX
  }
}
