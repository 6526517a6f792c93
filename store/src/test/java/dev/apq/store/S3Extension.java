package dev.apq.store;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.retries.api.BackoffStrategy;

/** One {@link S3Server} for a class of tests, each of which finds it without faults. */
public final class S3Extension implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
  private static final Duration SILENCE = Duration.ofSeconds(30);
  private static final BackoffStrategy PAUSE =
      BackoffStrategy.fixedDelayWithoutJitter(Duration.ofMillis(1));

  private final AtomicInteger folders = new AtomicInteger();
  private @Nullable S3Server server;

  /** Requests are sent {@code attempts} times, with pauses that are told and not waited for. */
  public static Retries quick(int attempts, Retries.Sleeper sleeper) {
    return new Retries(attempts, SILENCE, PAUSE, PAUSE, sleeper);
  }

  /** The server. */
  public S3Server server() {
    return Objects.requireNonNull(server, "registered as a static field?");
  }

  /** URI of a folder that no other test uses. */
  public URI folder() {
    return URI.create("s3://" + S3Server.BUCKET + "/apq-" + folders.incrementAndGet());
  }

  /** What lies at a URI, with the key that may do everything. */
  public Path open(URI uri, Retries retries) {
    return ArtifactStores.open(uri, server().environment(), retries);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    server = S3Server.start();
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    server().heal();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    server().close();
  }
}
