package dev.apq.kubectl.transfer;

import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.contract.FileLines;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/**
 * Artifacts that a Pod in the cluster reads and writes to its log. A log is rotated at 10 MiB
 * unless the node is told otherwise, so a large model takes several Pods, one after the other.
 */
public final class PodArtifacts implements Artifacts {
  /** Bytes that one Pod sends; Base64 makes a third more of them. */
  public static final long PART_BYTES = 6L << 20;

  private final KubernetesClient client;
  private final InstantSource clock;
  private final Worker worker;
  private final HasMetadata owner;
  private final String folder;
  private final Settings settings;

  /**
   * How to go about it.
   *
   * @param timeout time that a Pod may take to start and to end
   * @param guard is told of every Pod, so that it is removed when the process is asked to end
   * @param release is told when that has happened
   * @param progress is told bytes that have arrived and bytes in all
   */
  public record Settings(
      Duration timeout,
      Consumer<AutoCloseable> guard,
      Consumer<AutoCloseable> release,
      Progress progress) {}

  /** Is told how far it is. */
  @FunctionalInterface
  public interface Progress {
    /** So many bytes have arrived of so many. */
    void at(long bytes, long total);
  }

  /**
   * Artifacts of one resource.
   *
   * @param worker how to run the Pods
   * @param owner the resource
   * @param folder its folder in the store
   */
  public PodArtifacts(
      KubernetesClient client,
      InstantSource clock,
      Worker worker,
      HasMetadata owner,
      String folder,
      Settings settings) {
    this.client = client;
    this.clock = clock;
    this.worker = worker;
    this.owner = owner;
    this.folder = folder;
    this.settings = settings;
  }

  @Override
  public List<FileLines.Entry> fetch(List<String> paths, long maxBytes, OutputStream content)
      throws IOException {
    FileLines.Part first = part(paths, 0, maxBytes, content);
    FileLines.Part last = first;
    while (!last.last()) {
      last = part(paths, last.offset() + last.length(), maxBytes, content);
      if (!last.files().equals(first.files()) || last.length() == 0) {
        throw new InvalidArtifactException("the artifacts changed while they were fetched");
      }
    }
    return first.files();
  }

  private FileLines.Part part(List<String> paths, long offset, long maxBytes, OutputStream content)
      throws IOException {
    String name =
        owner.getMetadata().getName()
            + "-pull-"
            + Long.toString(clock.millis(), Character.MAX_RADIX);
    PodRun pod = new PodRun(client, clock, owner.getMetadata().getNamespace(), name);
    // Before the Pod exists, so that no moment is left in which Ctrl-C would forget it.
    settings.guard().accept(pod);
    try (pod) {
      client
          .resource(ReaderPod.of(worker, owner, name, folder, paths, offset, PART_BYTES))
          .create();
      pod.await(settings.timeout(), () -> {});
      byte[] log = pod.log(Worker.CONTAINER).getBytes(StandardCharsets.UTF_8);
      FileLines.Part part = FileLines.read(new ByteArrayInputStream(log), content, PART_BYTES);
      if (part.offset() != offset) {
        throw new InvalidArtifactException("a part that was not asked for");
      }
      Limits.requireAtMost(part.files(), maxBytes);
      settings.progress().at(offset + part.length(), part.total());
      return part;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } finally {
      settings.release().accept(pod);
    }
  }
}
