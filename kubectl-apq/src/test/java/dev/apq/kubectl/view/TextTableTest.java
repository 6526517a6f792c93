package dev.apq.kubectl.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.apq.kubectl.view.TextTable.Cell;
import dev.apq.kubectl.view.TextTable.Column;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
  private static final Terminal PLAIN = new Terminal(false, false, true, 80);

  @Test
  void textIsAlignedToTheLeftAndNumbersToTheRightWithoutTrailingSpaces() {
    List<String> lines =
        new TextTable(Column.text("NAME"), Column.number("SIZE"), Column.text("NOTE"))
            .row("a→b", "5", "")
            .row("longer", "1000", "x")
            .lines(PLAIN);

    assertThat(lines).containsExactly("NAME     SIZE   NOTE", "a→b         5", "longer   1000   x");
  }

  @Test
  void colorsDoNotShiftColumns() {
    List<Cell> row = List.of(new Cell("ok", Style.GOOD), Cell.of("1"));
    List<String> lines =
        new TextTable(Column.text("STATE"), Column.number("N"))
            .row(row)
            .lines(new Terminal(true, true, true, 80));

    assertThat(lines.get(1)).isEqualTo("\u001b[1;32mok\u001b[0m      1");
  }

  @Test
  void aRowOfAnotherLengthIsRefused() {
    assertThatThrownBy(() -> new TextTable(Column.text("A")).row("x", "y"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
