package dev.apq.local.load;

import dev.apq.local.environment.Distribution;
import dev.apq.local.environment.OperatorProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * What an operator uses of its machine.
 *
 * @param process the operator
 */
public record OperatorLoad(OperatorProcess process) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  // Asking to go on with HTTP/2, as the client does by itself, was once never answered.
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** Processor time so far. */
  Duration cpu() {
    return ProcessHandle.of(process.pid())
        .flatMap(handle -> handle.info().totalCpuDuration())
        .orElseThrow(() -> new IllegalStateException("the operator has ended; see its log"));
  }

  /** Heap in use after a full collection, in MiB. */
  long heapMib() {
    try {
      Process collection =
          new ProcessBuilder(
                  Distribution.java().resolveSibling("jcmd").toString(),
                  Long.toString(process.pid()),
                  "GC.run")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (collection.waitFor() != 0) {
        throw new IllegalStateException("jcmd could not make the operator collect its garbage");
      }
      URI metrics = URI.create("http://127.0.0.1:" + process.port() + "/q/metrics");
      String text =
          HTTP.send(
                  HttpRequest.newBuilder(metrics).timeout(PATIENCE).build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      double bytes =
          text.lines()
              .filter(line -> line.startsWith("jvm_memory_used_bytes{"))
              .filter(line -> line.contains("area=\"heap\""))
              .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
              .sum();
      return Math.round(bytes / (1 << 20));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the heap cannot be measured; it takes a JDK with jcmd and an operator that answers", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
