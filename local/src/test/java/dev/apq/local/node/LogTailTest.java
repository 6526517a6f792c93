package dev.apq.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogTailTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"0, ''", "1, c.", "2, b.c.", "3, a.b.c.", "9, a.b.c."})
  void countsLinesFromTheEnd(int lines, String expected) throws IOException {
    assertThat(tail("a\nb\nc\n", lines)).isEqualTo(expected.replace('.', '\n'));
  }

  @ParameterizedTest
  @CsvSource({"1, c", "2, b.c"})
  void aLastLineWithoutItsEndIsALine(int lines, String expected) throws IOException {
    assertThat(tail("a\nb\nc", lines)).isEqualTo(expected.replace('.', '\n'));
  }

  private String tail(String text, int lines) throws IOException {
    Path file = Files.writeString(directory.resolve("log"), text);
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      return text.substring((int) LogTail.offset(log, lines));
    }
  }
}
