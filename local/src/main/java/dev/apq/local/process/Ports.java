package dev.apq.local.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Finds loopback ports that nothing listens on. It draws below the kernel's ephemeral range, so
 * that an outgoing connection cannot take a port between the check and its use.
 */
public final class Ports {
  private static final int FIRST = 20_000;
  private static final int LAST = 32_000;
  private static final int ATTEMPTS = 1_000;

  private final RandomGenerator random;
  private final Set<Integer> given = new HashSet<>();

  /** Draws from {@code random}. */
  public Ports(RandomGenerator random) {
    this.random = random;
  }

  /**
   * A free port that this object has not given before.
   *
   * @throws IllegalStateException when a thousand draws found none
   */
  public synchronized int next() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = random.nextInt(FIRST, LAST);
      if (!given.contains(port) && free(port)) {
        given.add(port);
        return port;
      }
    }
    throw new IllegalStateException(
        "no free port between " + FIRST + " and " + LAST + " on 127.0.0.1; stop what holds them");
  }

  /** The port asked for if it is free, otherwise another. */
  public synchronized int preferring(int port) {
    return port > 0 && given.add(port) && free(port) ? port : next();
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
