package dev.apq.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.local.cli.ServerTable.Column;
import dev.apq.local.cli.ServerTable.Row;
import dev.apq.local.cli.ServerTable.Table;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerTableTest {
  @Test
  void alignsTheColumnsOfTheHighestPriority() {
    Table table =
        new Table(
            List.of(new Column("Name", 0), new Column("Message", 1), new Column("Progress", 0)),
            List.of(
                new Row(List.of("cluttered-digits", "fine", 100)),
                new Row(Arrays.asList("x", "fine", null))));

    assertThat(ServerTable.format(table))
        .isEqualTo(
            """
            NAME               PROGRESS
            cluttered-digits   100
            x                  """);
  }

  @Test
  void aTableWithoutRowsIsItsHeading() {
    assertThat(ServerTable.format(new Table(List.of(new Column("Name", 0)), null)))
        .isEqualTo("NAME");
  }
}
