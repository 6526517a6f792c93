package dev.apq.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ApqTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void everyCommandExplainsItself() {
    for (String command : Apq.commandLine().getSubcommands().keySet()) {
      assertThat(run(command, "--help")).as(command).isZero();
      assertThat(out.toString()).contains("Usage: apq " + command);
    }
  }

  @Test
  void aWrongCallIsNotAFailedOne() {
    assertThat(run("nonsense")).isEqualTo(2);
    assertThat(err.toString()).contains("Unmatched argument at index 0: 'nonsense'");
  }

  @Test
  void aCommandOutsideTheLauncherSaysHowToStartIt() {
    assertThat(run("down")).isEqualTo(1);
    assertThat(err.toString()).contains("start this program with ./apq");
  }

  private int run(String... arguments) {
    CommandLine line = Apq.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    return line.execute(arguments);
  }
}
