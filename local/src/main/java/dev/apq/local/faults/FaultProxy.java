package dev.apq.local.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * A way to the API server on which faults happen and every request is counted.
 *
 * <p>It shows the API server's own certificate, so a client only needs another port in its
 * kubeconfig. Bearer tokens pass through; a client certificate cannot, so the proxy shows one of
 * its own where {@code upstream} holds one.
 *
 * <p>Made of the JDK's sockets alone: passing bytes on is what lets a watch's events be held back,
 * whichever of WebSocket and chunked encoding carries them, and proxy libraries hide the bytes.
 */
public final class FaultProxy implements AutoCloseable {
  private static final int BACKLOG = 64;

  private final SSLServerSocket listener;
  private final SSLContext upstream;
  private final int apiPort;
  private final FaultRules rules;
  private final RequestCounts counts = new RequestCounts();
  private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newCachedThreadPool(daemon("apq-fault-proxy"));
  private final ScheduledExecutorService delays =
      Executors.newSingleThreadScheduledExecutor(daemon("apq-fault-delay"));

  private FaultProxy(SSLServerSocket listener, SSLContext upstream, int apiPort, FaultRules rules) {
    this.listener = listener;
    this.upstream = upstream;
    this.apiPort = apiPort;
    this.rules = rules;
  }

  /**
   * Starts to listen on 127.0.0.1.
   *
   * @param port own port
   * @param apiPort the API server's
   * @param serving shows the API server's certificate
   * @param upstream trusts the API server and, for clients without a token, knows who they are
   */
  public static FaultProxy start(
      int port, int apiPort, SSLContext serving, SSLContext upstream, FaultPlan plan) {
    try {
      SSLServerSocket listener =
          (SSLServerSocket)
              serving
                  .getServerSocketFactory()
                  .createServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
      FaultRules rules = new FaultRules(plan.seed());
      plan.rules().forEach(rules::add);
      FaultProxy proxy = new FaultProxy(listener, upstream, apiPort, rules);
      proxy.threads.execute(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on port " + port, e);
    }
  }

  private static ThreadFactory daemon(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        SSLSocket client = (SSLSocket) listener.accept();
        threads.execute(() -> connect(client));
      } catch (IOException e) {
        // A client that left at once, or the end of this proxy.
      }
    }
  }

  private void connect(SSLSocket client) {
    try {
      Socket server =
          upstream.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), apiPort);
      for (Socket socket : new Socket[] {client, server}) {
        socket.setTcpNoDelay(true);
        SSLParameters parameters = ((SSLSocket) socket).getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        ((SSLSocket) socket).setSSLParameters(parameters);
      }
      AtomicReference<ProxiedConnection> self = new AtomicReference<>();
      ProxiedConnection connection =
          new ProxiedConnection(
              client, server, rules, counts, delays, () -> connections.remove(self.get()));
      self.set(connection);
      connections.add(connection);
      connection.start(threads);
    } catch (IOException e) {
      closeQuietly(client);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }

  /** Port that clients use in the API server's place. */
  public int port() {
    return listener.getLocalPort();
  }

  /** What happens to requests; may be changed at any time. */
  public FaultRules rules() {
    return rules;
  }

  /** What was asked so far. */
  public RequestCounts requests() {
    return counts;
  }

  /** Cuts every open connection; new ones are let in. */
  public void dropConnections() {
    Set.copyOf(connections).forEach(ProxiedConnection::close);
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    dropConnections();
    threads.shutdownNow();
    delays.shutdownNow();
  }
}
