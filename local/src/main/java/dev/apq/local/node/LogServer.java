package dev.apq.local.node;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * Serves container logs to the API server, for {@code kubectl logs}: the part of a kubelet's API
 * that needs no container runtime. Only the API server's own client certificate is let in.
 */
public final class LogServer implements AutoCloseable {
  private static final String API_SERVER = "CN=kube-apiserver-kubelet-client";
  private static final int BUFFER = 64 * 1024;
  private static final long POLL_MILLIS = 200;

  private final HttpsServer server;
  private final ExecutorService threads;
  private final Path logs;
  private final Predicate<LogRequest> running;

  private LogServer(
      HttpsServer server, ExecutorService threads, Path logs, Predicate<LogRequest> running) {
    this.server = server;
    this.threads = threads;
    this.logs = logs;
    this.running = running;
  }

  /**
   * Starts to serve on 127.0.0.1.
   *
   * @param tls shows the node's certificate and trusts the cluster's authority
   * @param logs folder of the container logs, by namespace and Pod
   * @param running whether the Pod that is asked for may still write
   */
  static LogServer start(SSLContext tls, int port, Path logs, Predicate<LogRequest> running)
      throws IOException {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(tls) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters required = getSSLContext().getDefaultSSLParameters();
            required.setNeedClientAuth(true);
            parameters.setSSLParameters(required);
          }
        });
    ExecutorService threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "apq-log-server");
              thread.setDaemon(true);
              return thread;
            });
    LogServer logServer = new LogServer(server, threads, logs, running);
    server.createContext("/", logServer::answer);
    server.setExecutor(threads);
    server.start();
    return logServer;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String client = ((HttpsExchange) exchange).getSSLSession().getPeerPrincipal().getName();
      Optional<LogRequest> request = LogRequest.parse(exchange.getRequestURI());
      if (!client.startsWith(API_SERVER)) {
        exchange.sendResponseHeaders(HttpURLConnection.HTTP_FORBIDDEN, -1);
      } else if (request.isEmpty()) {
        exchange.sendResponseHeaders(HttpURLConnection.HTTP_NOT_IMPLEMENTED, -1);
      } else {
        send(exchange, request.get());
      }
    }
  }

  private void send(HttpExchange exchange, LogRequest request) throws IOException {
    Path file =
        logs.resolve(request.namespace())
            .resolve(request.pod())
            .resolve(request.container() + ".log");
    if (!Files.isRegularFile(file)) {
      exchange.sendResponseHeaders(HttpURLConnection.HTTP_NOT_FOUND, -1);
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", "text/plain");
    exchange.sendResponseHeaders(HttpURLConnection.HTTP_OK, 0);
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r");
        OutputStream out = exchange.getResponseBody()) {
      log.seek(request.tailLines() == null ? 0 : LogTail.offset(log, request.tailLines()));
      copy(log, out);
      while (request.follow() && running.test(request)) {
        Thread.sleep(POLL_MILLIS);
        copy(log, out);
      }
      copy(log, out);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(RandomAccessFile log, OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int read = log.read(buffer); read > 0; read = log.read(buffer)) {
      out.write(buffer, 0, read);
    }
    out.flush();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
