package dev.apq.local.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.apq.local.controlplane.CertificateAuthority;
import dev.apq.local.controlplane.Credentials;
import dev.apq.local.controlplane.Identity;
import dev.apq.local.controlplane.TlsContexts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Before a server that answers every request with its body, over TLS on both sides. */
class FaultProxyTest {
  private static final String JOBS = "/apis/batch/v1/namespaces/a/jobs";

  private HttpsServer server;
  private FaultProxy proxy;
  private HttpClient client;

  @BeforeEach
  void start(@TempDir Path folder) throws IOException {
    CertificateAuthority authority = CertificateAuthority.create(folder, Clock.systemUTC());
    Credentials serving = authority.issue("server", Identity.user("server").servedAs("127.0.0.1"));
    SSLContext serverTls = TlsContexts.server(authority.certificate(), serving);
    SSLContext clientTls = TlsContexts.client(authority.certificate());
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(serverTls));
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    proxy =
        FaultProxy.start(
            0, server.getAddress().getPort(), serverTls, clientTls, new FaultPlan(1, List.of()));
    client =
        HttpClient.newBuilder().sslContext(clientTls).version(HttpClient.Version.HTTP_2).build();
  }

  @AfterEach
  void stop() {
    proxy.close();
    server.stop(0);
    ((java.util.concurrent.ExecutorService) server.getExecutor()).shutdown();
  }

  @Test
  void passesBodiesOfAnySizeThroughUnchanged() throws Exception {
    String body = "0123456789".repeat(30_000);

    assertThat(post(HttpRequest.BodyPublishers.ofString(body)).body()).isEqualTo(body);
    assertThat(
            post(HttpRequest.BodyPublishers.ofByteArrays(
                    List.of(body.getBytes(StandardCharsets.US_ASCII), new byte[] {'x'})))
                .body())
        .isEqualTo(body + "x");
    assertThat(proxy.requests().of("create", "jobs")).isEqualTo(2);
    assertThat(proxy.requests().answered("create", "jobs", 200)).isEqualTo(2);
  }

  @Test
  void answersInTheServersPlaceAndKeepsTheConnectionUsable() throws Exception {
    FaultRules.Active rule =
        proxy.rules().add(FaultRule.answering(429).onVerbs("create").onResources("jobs"));

    HttpResponse<String> refused = post(HttpRequest.BodyPublishers.ofString("work"));
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(refused.body()).contains("\"reason\":\"TooManyRequests\"");
    assertThat(rule.hits()).isEqualTo(1);
    rule.close();
    assertThat(post(HttpRequest.BodyPublishers.ofString("work")).body()).isEqualTo("work");
  }

  @Test
  void holdsAnswersBackUntilTheyAreDue() throws Exception {
    proxy
        .rules()
        .add(FaultRule.delaying(Duration.ofMillis(300)).onVerbs("create").onResources("jobs"));

    long start = System.nanoTime();
    assertThat(post(HttpRequest.BodyPublishers.ofString("late")).body()).isEqualTo("late");

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(290));
  }

  @Test
  void dropsConnectionsAndLetsNewOnesIn() throws Exception {
    FaultRules.Active rule =
        proxy
            .rules()
            .add(new FaultRule(List.of(), List.of(), null, null, true, null, null, 0, null));
    assertThatThrownBy(() -> post(HttpRequest.BodyPublishers.ofString("lost")))
        .isInstanceOf(IOException.class);
    rule.close();

    assertThat(post(HttpRequest.BodyPublishers.ofString("found")).body()).isEqualTo("found");
  }

  private HttpResponse<String> post(HttpRequest.BodyPublisher body) throws Exception {
    URI uri = URI.create("https://127.0.0.1:" + proxy.port() + JOBS);
    return client.send(
        HttpRequest.newBuilder(uri).POST(body).build(), HttpResponse.BodyHandlers.ofString());
  }
}
