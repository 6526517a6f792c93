package dev.apq.worker.data;

import dev.apq.core.contract.DatasetSpec.Format;
import dev.apq.store.Retries;
import dev.apq.store.StoreLocation;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Copies of data sets that lie in S3, on this machine's disk. Every object is read once, however
 * often its image is decoded; memory holds one buffer a thread and the list of keys.
 */
final class DataCopies {
  /** Waits for the server dominate, not this process's cores. */
  private static final int THREADS = 16;

  private final Map<String, String> environment;
  private final Retries retries;
  private final TemporaryFolders folders;
  private final Consumer<String> log;
  private final LongSupplier nanoTime;

  /**
   * @param environment how S3 is reached, as for the artifact store
   * @param retries what to do when it does not answer
   * @param folders where copies go
   * @param log takes a line on how far they are
   * @param nanoTime the clock of those lines
   */
  DataCopies(
      Map<String, String> environment,
      Retries retries,
      TemporaryFolders folders,
      Consumer<String> log,
      LongSupplier nanoTime) {
    this.environment = environment;
    this.retries = retries;
    this.folders = folders;
    this.log = log;
    this.nanoTime = nanoTime;
  }

  /**
   * Copies those files below a URI that belong to a format.
   *
   * @return the folder of the copies; its path ends with bucket and prefix, so that what is said of
   *     a file names its object
   * @throws DataException if there are none, too many, or no room for them
   * @throws UncheckedIOException if S3 cannot be reached or refuses
   */
  Path of(URI uri, Format format) {
    BucketFiles files = BucketFiles.list(uri, format, environment, retries);
    StoreLocation location = StoreLocation.of(uri);
    Path target = folders.make().resolve(location.bucket()).resolve(location.prefix());
    List<String> names = files.names();
    CopyLog progress = new CopyLog(names.size(), log, nanoTime);
    new ParallelReads(THREADS)
        .each(names.size(), i -> progress.copied(files.copy(names.get(i), target)));
    return target;
  }
}
