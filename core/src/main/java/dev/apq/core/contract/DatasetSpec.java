package dev.apq.core.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Path;
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

  /** The same data set with its directory elsewhere, if it has one and that is said. */
  public DatasetSpec at(@Nullable Path elsewhere) {
    return directory == null || elsewhere == null
        ? this
        : new DatasetSpec(null, new Directory(elsewhere.toString(), directory.format()));
  }

  /**
   * A folder of images.
   *
   * @param path absolute path inside the worker's container
   * @param format how the folder is laid out
   */
  public record Directory(String path, Format format) {

    /**
     * @throws IllegalArgumentException if a part is missing
     */
    public Directory {
      if (path == null || format == null) {
        throw new IllegalArgumentException("dataset.directory: needs path and format");
      }
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
