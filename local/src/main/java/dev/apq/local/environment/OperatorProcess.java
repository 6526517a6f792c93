package dev.apq.local.environment;

import dev.apq.local.process.Await;
import dev.apq.local.process.ChildProcess;
import dev.apq.local.process.Command;
import dev.apq.local.process.ProcessTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The operator as a process of its own, as it would be in its own Pod. */
public final class OperatorProcess implements AutoCloseable {
  private static final Duration READY_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration STOP_GRACE = Duration.ofSeconds(15);

  private final ChildProcess process;
  private final Settings settings;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PROBE_TIMEOUT).build();

  /**
   * How to run it.
   *
   * @param jar the runnable jar
   * @param kubeconfig how it reaches the API server
   * @param artifacts folder of the artifact store
   * @param port port of its HTTP endpoints on 127.0.0.1
   * @param identity value of HOSTNAME, which names it in leader election
   * @param directory working directory
   * @param log its log file
   * @param variables further environment variables
   */
  public record Settings(
      Path jar,
      Path kubeconfig,
      Path artifacts,
      int port,
      String identity,
      Path directory,
      Path log,
      Map<String, String> variables) {
    /** Copies the map. */
    public Settings {
      variables = Map.copyOf(variables);
    }
  }

  private OperatorProcess(ChildProcess process, Settings settings) {
    this.process = process;
    this.settings = settings;
  }

  /**
   * Starts the operator and waits until it says that it is ready.
   *
   * @throws IllegalStateException when it ends or is not ready within two minutes
   */
  public static OperatorProcess start(Settings settings, ProcessTable processes) {
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
    environment.put("HOME", settings.directory().toString());
    environment.put("HOSTNAME", settings.identity());
    environment.put("KUBECONFIG", settings.kubeconfig().toString());
    environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    environment.put("QUARKUS_HTTP_PORT", Integer.toString(settings.port()));
    environment.put("APQ_LOG_JSON", "false");
    environment.put("APQ_STORE_ROOT", settings.artifacts().toUri().toString());
    environment.put("APQ_STORE_CLAIM", ArtifactVolume.ARTIFACTS_CLAIM);
    environment.put("APQ_WORKER_IMAGE", Distribution.WORKER_IMAGE);
    environment.putAll(settings.variables());
    List<String> line =
        List.of(
            Distribution.java().toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-jar",
            settings.jar().toString());
    try {
      ChildProcess process =
          processes.start(
              new Command("operator", line, environment, settings.directory(), settings.log()));
      OperatorProcess operator = new OperatorProcess(process, settings);
      operator.awaitReady();
      return operator;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start the operator", e);
    }
  }

  private void awaitReady() {
    Await.until(
        () -> {
          if (!process.alive()) {
            throw new IllegalStateException(
                "the operator ended while starting:\n"
                    + Await.lastLines(settings.log(), 5)
                    + "\nsee "
                    + settings.log());
          }
          return ready();
        },
        READY_TIMEOUT,
        () ->
            "the operator is not ready after "
                + READY_TIMEOUT.toSeconds()
                + " s:\n"
                + Await.lastLines(settings.log(), 5)
                + "\nsee "
                + settings.log());
  }

  private boolean ready() {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + settings.port() + "/q/health/ready"))
            .timeout(PROBE_TIMEOUT)
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the operator", e);
    }
  }

  /** Whether it still runs. */
  public boolean alive() {
    return process.alive();
  }

  /** Port of its HTTP endpoints on 127.0.0.1. */
  public int port() {
    return settings.port();
  }

  /** Its log file. */
  public Path log() {
    return settings.log();
  }

  /** Process id. */
  public long pid() {
    return process.pid();
  }

  /** Stops it in its tracks by SIGSTOP, as a machine that hangs would. */
  public void pause() {
    process.signal("STOP");
  }

  /** Lets it go on after {@link #pause}. */
  public void resume() {
    process.signal("CONT");
  }

  /** Ends it by SIGKILL, as a crash would, and waits for its end. */
  public void kill() {
    process.signal("KILL");
    process.exit().join();
  }

  /** Stops it in an orderly way. */
  @Override
  public void close() {
    process.stop(STOP_GRACE);
  }
}
