package dev.apq.local.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a container says about its end, as much of it as a Pod's status may hold. */
final class TerminationMessage {
  private static final int MESSAGE_BYTES = 4096;
  private static final int LOG_BYTES = 2048;
  private static final int LOG_LINES = 80;

  private TerminationMessage() {}

  /** The termination log, or, if it is empty and {@code log} serves in its place, the log's end. */
  static String read(Path terminationLog, Path log, boolean fallBackToLog) {
    try {
      String message = head(terminationLog);
      return message.isEmpty() && fallBackToLog ? tail(log) : message;
    } catch (IOException e) {
      return "";
    }
  }

  private static String head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MESSAGE_BYTES), StandardCharsets.UTF_8).strip();
    }
  }

  private static String tail(Path file) throws IOException {
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      log.seek(Math.max(0, log.length() - LOG_BYTES));
      byte[] bytes = new byte[(int) Math.min(LOG_BYTES, log.length() - log.getFilePointer())];
      log.readFully(bytes);
      String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n");
      int from = Math.max(0, lines.length - LOG_LINES);
      return String.join("\n", java.util.Arrays.asList(lines).subList(from, lines.length));
    }
  }
}
