package dev.apq.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PortsTest {
  @Test
  void neverGivesAPortTwiceOrOneInUse() throws IOException {
    int first = new Ports(new Random(1)).next();

    try (ServerSocket taken = new ServerSocket(first, 1, InetAddress.getLoopbackAddress())) {
      Ports ports = new Ports(new Random(1));
      assertThat(ports.next()).isNotEqualTo(taken.getLocalPort());
      assertThat(ports.preferring(taken.getLocalPort())).isNotEqualTo(taken.getLocalPort());
    }
  }

  @Test
  void takesThePreferredPortWhenItIsFree() {
    int free = new Ports(new Random(2)).next();

    assertThat(new Ports(new Random(3)).preferring(free)).isEqualTo(free);
  }
}
