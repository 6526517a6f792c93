package dev.apq.kubectl.profile;

import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.contract.FileLines;
import dev.apq.core.cost.MeasuredTable;
import dev.apq.kubectl.error.ExitStatus;
import dev.apq.kubectl.error.PluginException;
import dev.apq.kubectl.transfer.PodRun;
import dev.apq.kubectl.transfer.Worker;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A run of a {@link ProfileJob}. Closing it removes the Job and its Pod. */
public final class ProfileRun implements AutoCloseable {
  private static final long POLL_MILLIS = 300;
  private static final long MAX_BYTES = 4L * MeasuredTable.MAX_BYTES;

  private final KubernetesClient client;
  private final InstantSource clock;
  private final Job job;
  private int shown;

  /** A run that has not started yet. */
  public ProfileRun(KubernetesClient client, InstantSource clock, Job job) {
    this.client = client;
    this.clock = clock;
    this.job = job;
  }

  /** Creates the Job. */
  public void start() {
    client.resource(job).create();
  }

  /**
   * What was measured.
   *
   * @param files files by name
   * @param node where
   */
  public record Result(Map<String, byte[]> files, String node) {}

  /**
   * Waits for the table.
   *
   * @param lines is told each line that the measuring container writes
   * @throws PluginException if the Job fails or does not end in time
   */
  public Result await(Duration timeout, Consumer<String> lines)
      throws IOException, InterruptedException {
    Instant deadline = clock.instant().plus(timeout);
    Pod pod = pod(deadline);
    String namespace = job.getMetadata().getNamespace();
    PodRun run = new PodRun(client, clock, namespace, pod.getMetadata().getName());
    run.await(Duration.between(clock.instant(), deadline), () -> show(run, lines));
    show(run, lines);
    Map<String, byte[]> files = files(run.log(Worker.CONTAINER));
    Pod ended =
        client.pods().inNamespace(namespace).withName(pod.getMetadata().getName()).require();
    return new Result(files, String.valueOf(ended.getSpec().getNodeName()));
  }

  private static Map<String, byte[]> files(String log) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    FileLines.Part part =
        FileLines.read(
            new ByteArrayInputStream(log.getBytes(StandardCharsets.UTF_8)), content, MAX_BYTES);
    byte[] joined = content.toByteArray();
    Map<String, byte[]> files = new LinkedHashMap<>();
    int begin = 0;
    for (FileLines.Entry file : part.files()) {
      if (file.size() > joined.length - begin) {
        throw new InvalidArtifactException(file.path() + " is shorter than announced");
      }
      int end = begin + (int) file.size();
      files.put(file.path(), Arrays.copyOfRange(joined, begin, end));
      begin = end;
    }
    return files;
  }

  private Pod pod(Instant deadline) throws InterruptedException {
    for (; ; ) {
      List<Pod> pods =
          client
              .pods()
              .inNamespace(job.getMetadata().getNamespace())
              .withLabel("batch.kubernetes.io/job-name", job.getMetadata().getName())
              .list()
              .getItems();
      if (!pods.isEmpty()) {
        return pods.get(0);
      }
      if (clock.instant().isAfter(deadline)) {
        throw new PluginException(
            ExitStatus.FAILED,
            "the Job " + job.getMetadata().getName() + " got no Pod",
            "see why: kubectl describe job " + job.getMetadata().getName());
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  private void show(PodRun run, Consumer<String> lines) {
    String log = run.log(Worker.CONTAINER);
    int end = log.lastIndexOf('\n') + 1;
    if (end > shown) {
      log.substring(shown, end).lines().filter(line -> !line.startsWith("apq-")).forEach(lines);
      shown = end;
    }
  }

  @Override
  public void close() {
    try {
      client.resource(job).withPropagationPolicy(DeletionPropagation.BACKGROUND).delete();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
    }
  }
}
