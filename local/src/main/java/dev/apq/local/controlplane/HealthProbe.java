package dev.apq.local.controlplane;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

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
    try (InputStream pem = Files.newInputStream(authority)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(pem));
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted);
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(null, factory.getTrustManagers(), null);
      return new HealthProbe(tls);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + authority, e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot trust " + authority, e);
    }
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
