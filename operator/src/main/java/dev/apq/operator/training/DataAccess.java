package dev.apq.operator.training;

import dev.apq.api.v1alpha1.DatasetDirectory;
import dev.apq.api.v1alpha1.DatasetSource;
import dev.apq.store.StoreLocation;
import java.net.URI;

/** Which buckets workers may be sent to for their images. */
final class DataAccess {
  private DataAccess() {}

  /**
   * Refuses a data set by URI where workers have no credentials for buckets, and one that overlaps
   * the artifact store: what lies there belongs to all namespaces.
   *
   * @param store root of the artifact store
   * @throws IllegalArgumentException saying what to do
   */
  static void require(DatasetSource dataset, URI store) {
    DatasetDirectory directory = dataset.directory();
    if (directory == null || directory.uri() == null) {
      return;
    }
    if (!StoreLocation.names(store)) {
      throw new IllegalArgumentException(
          "dataset.directory.uri: workers have no credentials for a bucket, because the artifact"
              + " store of this operator is a volume; put the images on a claim and name it in"
              + " claimName");
    }
    StoreLocation data = StoreLocation.of(URI.create(directory.uri()));
    StoreLocation artifacts = StoreLocation.of(store);
    if (data.bucket().equals(artifacts.bucket())
        && (within(data, artifacts) || within(artifacts, data))) {
      throw new IllegalArgumentException(
          "dataset.directory.uri: "
              + data.text()
              + " overlaps the artifact store; name a prefix outside of "
              + artifacts.text());
    }
  }

  /** Whether a location is another one's or lies below it. */
  private static boolean within(StoreLocation inner, StoreLocation outer) {
    return outer.prefix().isEmpty() || (inner.prefix() + "/").startsWith(outer.prefix() + "/");
  }
}
