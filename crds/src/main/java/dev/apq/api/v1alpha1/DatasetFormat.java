package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Layouts of a data-set folder. */
public enum DatasetFormat {
  /** One folder a class below {@code train} and {@code test}, JPEG or PNG. */
  @JsonProperty("image-folder")
  IMAGE_FOLDER,
  /** The batches of CIFAR-10, binary version. */
  @JsonProperty("cifar10-binary")
  CIFAR10_BINARY,
  /** The four files of MNIST, optionally gzipped. */
  @JsonProperty("idx")
  IDX
}
