package dev.apq.local.controlplane;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/** Asks the health endpoint of a component that serves HTTPS on the loopback interface. */
final class HealthProbe {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final HttpClient http;

  private HealthProbe(SSLContext tls) {
    this.http =
        HttpClient.newBuilder()
            // Go's server ends an HTTP/2 connection of this client at once.
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(tls)
            .connectTimeout(TIMEOUT)
            .build();
  }

  static HealthProbe trusting(Path authority) {
    return new HealthProbe(TlsContexts.client(authority));
  }

  boolean healthy(int port) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://" + Pki.LOOPBACK + ":" + port + "/healthz"))
            .timeout(TIMEOUT)
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for port " + port, e);
    }
  }
}
