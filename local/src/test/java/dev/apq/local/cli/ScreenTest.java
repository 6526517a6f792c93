package dev.apq.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ScreenTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  @Test
  void aLogGetsALineForEachMilestone() {
    Screen screen = screen(false);
    screen.now("Train 11%", "Train1");
    screen.now("Train 12%", "Train1");
    screen.now("Train 20%", "Train2");
    screen.line("done");

    assertThat(text()).isEqualTo("Train 11%\nTrain 20%\ndone\n");
  }

  @Test
  void aTerminalShowsOneLineThatChanges() {
    Screen screen = screen(true);
    screen.now("Train 11%", "Train1");
    screen.now("Train 12%", "Train1");
    screen.line("done");

    assertThat(text()).isEqualTo("\r\u001b[2KTrain 11%\r\u001b[2KTrain 12%\r\u001b[2Kdone\n");
  }

  private Screen screen(boolean terminal) {
    return new Screen(new PrintStream(bytes, true, StandardCharsets.UTF_8), terminal);
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
