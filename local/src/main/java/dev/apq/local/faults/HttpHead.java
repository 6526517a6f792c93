package dev.apq.local.faults;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * First line and headers of an HTTP/1.1 request.
 *
 * @param bytes as received, with the empty line that ends them
 * @param text the same as text
 */
record HttpHead(byte[] bytes, String text) {
  private static final int MAX_BYTES = 64 * 1024;
  private static final int MAX_LINE = 1024;

  /**
   * The next head of a stream, or empty at its end.
   *
   * @throws IOException if the stream ends within a head or the head is too long
   */
  static Optional<HttpHead> read(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    int ending = 0;
    while (ending < 4) {
      int next = in.read();
      if (next < 0 && bytes.size() == 0) {
        return Optional.empty();
      }
      if (next < 0 || bytes.size() >= MAX_BYTES) {
        throw new EOFException("cut off or too long: " + bytes.size() + " bytes of a head");
      }
      bytes.write(next);
      ending = next == (ending % 2 == 0 ? '\r' : '\n') ? ending + 1 : next == '\r' ? 1 : 0;
    }
    return Optional.of(
        new HttpHead(bytes.toByteArray(), bytes.toString(StandardCharsets.ISO_8859_1)));
  }

  /** The API server's view of it. */
  ApiRequest request() throws IOException {
    String[] words = text.substring(0, text.indexOf('\r')).split(" ", -1);
    if (words.length != 3 || !words[1].startsWith("/")) {
      throw new IOException("no HTTP request: " + words[0]);
    }
    return ApiRequest.of(words[0], words[1]);
  }

  /** Whether the connection is to become something else, a WebSocket for example. */
  boolean upgrade() {
    return !header("upgrade").isEmpty();
  }

  /** Copies exactly the body that follows this head. */
  void copyBody(InputStream in, OutputStream out) throws IOException {
    if (header("transfer-encoding").equalsIgnoreCase("chunked")) {
      long size;
      do {
        String line = line(in, out);
        size = Long.parseLong(line.split(";", -1)[0].strip(), 16);
        copy(in, out, size);
        line(in, out);
      } while (size > 0);
    } else if (!header("content-length").isEmpty()) {
      copy(in, out, Long.parseLong(header("content-length")));
    }
  }

  private String header(String name) {
    String mark = "\r\n" + name + ":";
    int start = text.toLowerCase(Locale.ROOT).indexOf(mark);
    if (start < 0) {
      return "";
    }
    int from = start + mark.length();
    return text.substring(from, text.indexOf("\r\n", from)).strip();
  }

  private static String line(InputStream in, OutputStream out) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next;
    do {
      next = in.read();
      if (next < 0 || line.size() > MAX_LINE) {
        throw new EOFException("a chunk was cut off");
      }
      line.write(next);
    } while (next != '\n');
    out.write(line.toByteArray());
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  private static void copy(InputStream in, OutputStream out, long size) throws IOException {
    byte[] buffer = new byte[8192];
    for (long left = size; left > 0; ) {
      int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        throw new EOFException("a body was cut off");
      }
      out.write(buffer, 0, read);
      left -= read;
    }
  }
}
