package dev.apq.kubectl.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTest {
  @Test
  void aPipeGetsNoColors() {
    assertThat(Terminal.of(Map.of("LANG", "en_US.UTF-8")))
        .isEqualTo(new Terminal(false, false, true, 80));
  }

  @Test
  void aTerminalGetsColorsUnlessTheUserDeclines() {
    assertThat(Terminal.of(Map.of("APQ_TERMINAL", "1", "COLUMNS", "120")).color()).isTrue();
    assertThat(Terminal.of(Map.of("APQ_TERMINAL", "1", "NO_COLOR", "1")).color()).isFalse();
    assertThat(Terminal.of(Map.of("APQ_TERMINAL", "1", "TERM", "dumb")).color()).isFalse();
  }

  @Test
  void theLocaleDecidesOnUnicodeTheMostSpecificVariableFirst() {
    assertThat(Terminal.of(Map.of("LC_ALL", "C", "LANG", "en_US.UTF-8")).unicode()).isFalse();
    assertThat(Terminal.of(Map.of("LC_CTYPE", "C.utf8")).unicode()).isTrue();
    assertThat(Terminal.of(Map.of()).unicode()).isFalse();
  }

  @Test
  void widthsAreHeldWithinReason() {
    assertThat(Terminal.of(Map.of("COLUMNS", "7")).width()).isEqualTo(40);
    assertThat(Terminal.of(Map.of("COLUMNS", "9999")).width()).isEqualTo(400);
    assertThat(Terminal.of(Map.of("COLUMNS", "wide")).width()).isEqualTo(80);
  }
}
