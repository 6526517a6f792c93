package dev.apq.local.faults;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client and its counterpart to the API server.
 *
 * <p>Requests are understood one by one; what the server sends is passed on as it is. HTTP/1.1
 * clients do not send a request before the answer to the last is complete, so an answer made up
 * here never gets between others.
 */
final class ProxiedConnection implements AutoCloseable {
  private static final int SWITCHING_PROTOCOLS = 101;
  private static final String STATUS_LINE = "HTTP/1.1 ";

  private final Socket client;
  private final Socket server;
  private final FaultRules rules;
  private final RequestCounts counts;
  private final ScheduledExecutorService delays;
  private final Runnable afterwards;

  /** The request that the server is answering, and the status once it is known. */
  private record Exchange(ApiRequest request, CompletableFuture<Integer> status) {}

  private final AtomicReference<@Nullable Exchange> current = new AtomicReference<>();
  private final Queue<byte[]> heldBack = new ConcurrentLinkedQueue<>();
  private long lastDue = System.nanoTime();

  ProxiedConnection(
      Socket client,
      Socket server,
      FaultRules rules,
      RequestCounts counts,
      ScheduledExecutorService delays,
      Runnable afterwards) {
    this.client = client;
    this.server = server;
    this.rules = rules;
    this.counts = counts;
    this.delays = delays;
    this.afterwards = afterwards;
  }

  void start(Executor threads) {
    threads.execute(this::passRequests);
    threads.execute(this::passAnswers);
  }

  private void passRequests() {
    try {
      InputStream in = new BufferedInputStream(client.getInputStream());
      boolean open = true;
      while (open) {
        Optional<HttpHead> head = HttpHead.read(in);
        open = head.isPresent() && pass(head.get(), in);
      }
    } catch (IOException | NumberFormatException e) {
      // Whichever end has gone or talks nonsense: the other one is told by the end below.
    } finally {
      close();
    }
  }

  /** Passes one request on, or its fault back; false when the connection has had its last. */
  private boolean pass(HttpHead head, InputStream in) throws IOException {
    ApiRequest request = head.request();
    counts.asked(request);
    Optional<Fault> fault = rules.next(request);
    if (fault.isPresent() && fault.get() instanceof Fault.Drop) {
      return false;
    }
    if (fault.isPresent() && fault.get() instanceof Fault.Answer answer) {
      head.copyBody(in, OutputStream.nullOutputStream());
      counts.answered(request, answer.status());
      client.getOutputStream().write(answer.response());
      return true;
    }
    Exchange exchange = new Exchange(request, new CompletableFuture<>());
    current.set(exchange);
    OutputStream out = server.getOutputStream();
    out.write(head.bytes());
    head.copyBody(in, out);
    if (head.upgrade() && status(exchange) == SWITCHING_PROTOCOLS) {
      in.transferTo(out);
      return false;
    }
    return true;
  }

  private static int status(Exchange exchange) throws IOException {
    try {
      return exchange.status().get();
    } catch (ExecutionException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private void passAnswers() {
    try {
      InputStream in = server.getInputStream();
      byte[] buffer = new byte[16 * 1024];
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        byte[] part = Arrays.copyOf(buffer, length);
        Exchange exchange = current.get();
        if (exchange != null) {
          learnStatus(exchange, part);
        }
        deliver(part, exchange == null ? 0 : rules.delay(exchange.request()).toNanos());
      }
    } catch (IOException e) {
      // As above.
    } finally {
      Exchange exchange = current.get();
      if (exchange != null) {
        exchange.status().completeExceptionally(new IOException("the server has gone"));
      }
      closeOnceDelivered();
    }
  }

  private void closeOnceDelivered() {
    if (heldBack.isEmpty()) {
      close();
    } else if (!delays.isShutdown()) {
      delays.schedule(this::closeOnceDelivered, 10, TimeUnit.MILLISECONDS);
    }
  }

  private void learnStatus(Exchange exchange, byte[] part) {
    if (exchange.status().isDone()) {
      return;
    }
    String start = new String(part, 0, Math.min(part.length, 12), StandardCharsets.ISO_8859_1);
    int status =
        start.matches(STATUS_LINE + "[0-9]{3}")
            ? Integer.parseInt(start.substring(STATUS_LINE.length()))
            : 0;
    counts.answered(exchange.request(), status);
    exchange.status().complete(status);
  }

  /** In order, also when a later part would be held back for a shorter time. */
  private void deliver(byte[] part, long delayNanos) throws IOException {
    long now = System.nanoTime();
    if (delayNanos == 0 && heldBack.isEmpty()) {
      client.getOutputStream().write(part);
      return;
    }
    lastDue = Math.max(lastDue, now + delayNanos);
    heldBack.add(part);
    delays.schedule(this::deliverOldest, lastDue - now, TimeUnit.NANOSECONDS);
  }

  // The queue keeps the order, whichever of two timers for nearly the same time fires first.
  private void deliverOldest() {
    try {
      byte[] part = heldBack.peek();
      if (part != null) {
        client.getOutputStream().write(part);
        heldBack.remove();
      }
    } catch (IOException e) {
      close();
    }
  }

  /** Cuts both ends. */
  @Override
  public void close() {
    for (Socket socket : new Socket[] {client, server}) {
      try {
        socket.close();
      } catch (IOException e) {
        // It is gone either way.
      }
    }
    afterwards.run();
  }
}
