package dev.apq.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VariablesTest {
  private static final Map<String, String> VALUES = Map.of("A", "1", "B", "$(A)", "EMPTY", "");

  @ParameterizedTest
  @CsvSource({
    "'$(A)', 1",
    "'x$(A)y$(A)', x1y1",
    "'$(B)', '$(A)'",
    "'[$(EMPTY)]', []",
    "'$(UNKNOWN)', '$(UNKNOWN)'",
    "'$$(A)', '$(A)'",
    "'$$$(A)', '$1'",
    "'$A', '$A'",
    "'$(A', '$(A'",
    "'cost: 5$', 'cost: 5$'",
  })
  void replacesReferencesAsTheApiReferenceSays(String text, String expected) {
    assertThat(Variables.expand(text, VALUES)).isEqualTo(expected);
  }

  @Property
  void textWithoutADollarIsLeftAlone(@ForAll String text) {
    String plain = text.replace("$", "");

    assertThat(Variables.expand(plain, VALUES)).isEqualTo(plain);
  }
}
