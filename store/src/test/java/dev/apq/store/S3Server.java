package dev.apq.store;

import com.adobe.testing.s3mock.S3MockApplication;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/**
 * An S3 server in this process, behind a gate that lets requests fail as told, knows access keys,
 * and remembers what was asked.
 */
public final class S3Server implements AutoCloseable {
  /** The bucket that it has. */
  public static final String BUCKET = "apq-test";

  /** An access key that may do everything. */
  public static final String ACCESS_KEY = "AKIAEVERYTHING";

  /** Its secret. */
  public static final String SECRET_KEY = "planted-secret-of-the-artifact-store";

  private static final Set<String> NOT_FORWARDED =
      Set.of("host", "connection", "content-length", "expect", "transfer-encoding", "upgrade");

  private final S3MockApplication server;
  private final HttpServer gate;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Map<String, String> prefixes = new ConcurrentHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  private static final class Rule {
    private final Predicate<String> request;
    private final Fault fault;
    private int left;

    Rule(Predicate<String> request, int times, Fault fault) {
      this.request = request;
      this.left = times;
      this.fault = fault;
    }

    synchronized boolean applies(String line) {
      if (left == 0 || !request.test(line)) {
        return false;
      }
      left--;
      return true;
    }
  }

  private S3Server() throws IOException {
    Map<String, Object> properties = new TreeMap<>();
    properties.put(S3MockApplication.PROP_HTTP_PORT, S3MockApplication.RANDOM_PORT);
    properties.put(S3MockApplication.PROP_HTTPS_PORT, S3MockApplication.RANDOM_PORT);
    properties.put(S3MockApplication.PROP_INITIAL_BUCKETS, BUCKET);
    properties.put(S3MockApplication.PROP_SILENT, true);
    server = S3MockApplication.start(properties);
    gate = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gate.setExecutor(threads);
    gate.createContext("/", this::serve);
    gate.start();
    prefixes.put(ACCESS_KEY, "");
  }

  /** Starts a server, which forgets its objects when it is closed. */
  static S3Server start() {
    try {
      return new S3Server();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its URL. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + gate.getAddress().getPort());
  }

  /** The environment of a process that uses it with the key that may do everything. */
  public Map<String, String> environment() {
    return environment(ACCESS_KEY);
  }

  /** The environment of a process that uses it with some access key. */
  public Map<String, String> environment(String accessKey) {
    return Map.of(
        StoreSettings.ENDPOINT,
        endpoint().toString(),
        StoreSettings.PATH_STYLE,
        "true",
        StoreSettings.ACCESS_KEY,
        accessKey,
        StoreSettings.SECRET_KEY,
        SECRET_KEY);
  }

  /** Lets an access key read and write below a prefix, and nowhere else. */
  public void allow(String accessKey, String prefix) {
    prefixes.put(accessKey, prefix);
  }

  /**
   * Lets requests fail, from now on.
   *
   * @param request chooses by method and key, for example {@code PUT train/manifest.json}
   * @param times how many requests, after which they succeed again
   */
  public void fail(Predicate<String> request, int times, Fault fault) {
    rules.add(new Rule(request, times, fault));
  }

  /** Lets every request succeed and forgets those that came. */
  public void heal() {
    rules.clear();
    requests.clear();
  }

  /** Method and key of the requests since the last {@link #heal}. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String line = exchange.getRequestMethod() + " " + key(exchange.getRequestURI());
      requests.add(line);
      Fault fault = null;
      for (Rule rule : rules) {
        fault = fault == null && rule.applies(line) ? rule.fault : fault;
      }
      if (!allowed(exchange)) {
        answer(exchange, new Fault.Answer(403, "AccessDenied"));
      } else if (fault instanceof Fault.Answer answer) {
        exchange.getRequestBody().readAllBytes();
        answer(exchange, answer);
      } else if (fault instanceof Fault.Hang) {
        closed.await();
      } else if (!(fault instanceof Fault.Drop)) {
        forward(exchange, fault instanceof Fault.Cut cut ? cut.bytes() : Integer.MAX_VALUE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String key(URI uri) {
    String path = uri.getPath().replaceFirst("^/" + BUCKET + "/?", "");
    String query = uri.getQuery() == null ? "" : uri.getQuery();
    for (String parameter : query.split("&", -1)) {
      if (parameter.startsWith("prefix=")) {
        return parameter.substring("prefix=".length());
      }
    }
    return path;
  }

  private boolean allowed(HttpExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    String accessKey = header == null ? "" : header.replaceAll("^.*Credential=([^/]*)/.*$", "$1");
    String prefix = prefixes.get(accessKey);
    String source = exchange.getRequestHeaders().getFirst("x-amz-copy-source");
    return prefix != null
        && key(exchange.getRequestURI()).startsWith(prefix)
        && (source == null || source.replaceFirst("^/?" + BUCKET + "/", "").startsWith(prefix));
  }

  private static void answer(HttpExchange exchange, Fault.Answer answer) throws IOException {
    byte[] body =
        ("<Error><Code>"
                + answer.code()
                + "</Code><Message>key "
                + ACCESS_KEY
                + "</Message></Error>")
            .getBytes(StandardCharsets.UTF_8);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(answer.status(), head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
  }

  private void forward(HttpExchange exchange, int limit) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + server.getHttpPort() + exchange.getRequestURI());
    byte[] body = exchange.getRequestBody().readAllBytes();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .method(
                exchange.getRequestMethod(),
                body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!NOT_FORWARDED.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    HttpResponse<byte[]> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    response
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!NOT_FORWARDED.contains(name)) {
                exchange.getResponseHeaders().put(name, new ArrayList<>(values));
              }
            });
    byte[] answer = response.body();
    if (exchange.getRequestMethod().equals("HEAD")) {
      response
          .headers()
          .firstValue("content-length")
          .ifPresent(length -> exchange.getResponseHeaders().set("content-length", length));
      exchange.sendResponseHeaders(response.statusCode(), -1);
      return;
    }
    exchange.sendResponseHeaders(response.statusCode(), answer.length == 0 ? -1 : answer.length);
    exchange.getResponseBody().write(answer, 0, Math.min(limit, answer.length));
  }

  @Override
  public void close() {
    closed.countDown();
    gate.stop(0);
    threads.shutdownNow();
    server.stop();
  }
}
