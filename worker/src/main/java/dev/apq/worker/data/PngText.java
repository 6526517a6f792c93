package dev.apq.worker.data;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import javax.imageio.stream.ImageInputStream;

/**
 * The compressed text of a PNG file (chunks zTXt and iTXt; PNG specification, section 11.3.3).
 * Nobody asks for it, but ImageIO inflates it when it reads the image, and a few bytes can inflate
 * to gigabytes.
 */
final class PngText {
  private static final long SIGNATURE = 0x89504E470D0A1A0AL;
  private static final int IMAGE_DATA = 0x49444154;
  private static final int COMPRESSED_TEXT = 0x7A545874;
  private static final int INTERNATIONAL_TEXT = 0x69545874;
  private static final int CHECKSUM = 4;
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_INFLATED = 4 << 20;

  private PngText() {}

  /** Whether the text before the image's data is larger than any real one; reads from the start. */
  static boolean isHuge(ImageInputStream png) throws IOException {
    png.seek(0);
    try {
      return png.readLong() == SIGNATURE && isHugeInChunks(png);
    } catch (EOFException e) {
      return false;
    } finally {
      png.seek(0);
    }
  }

  private static boolean isHugeInChunks(ImageInputStream png) throws IOException {
    long compressed = 0;
    long inflated = 0;
    while (true) {
      int length = png.readInt();
      int type = png.readInt();
      if (length < 0 || type == IMAGE_DATA) {
        return false;
      }
      long next = png.getStreamPosition() + length + CHECKSUM;
      if (type == COMPRESSED_TEXT || type == INTERNATIONAL_TEXT) {
        compressed += length;
        if (compressed > MAX_BYTES) {
          return true;
        }
        byte[] chunk = new byte[length];
        png.readFully(chunk);
        inflated += inflated(chunk, type == INTERNATIONAL_TEXT);
        if (inflated > MAX_INFLATED) {
          return true;
        }
      }
      png.seek(next);
    }
  }

  /** How much a chunk inflates to, counted to a little more than is allowed. */
  private static long inflated(byte[] chunk, boolean international) throws IOException {
    int text = after(chunk, 0) + 1;
    if (international) {
      text = after(chunk, after(chunk, text + 1));
    }
    if (text >= chunk.length) {
      return 0;
    }
    try (InputStream in =
        new InflaterInputStream(new ByteArrayInputStream(chunk, text, chunk.length - text))) {
      return in.readNBytes(MAX_INFLATED + 1).length;
    } catch (ZipException | EOFException e) {
      return 0;
    }
  }

  private static int after(byte[] chunk, int from) {
    int end = from;
    while (end < chunk.length && chunk[end] != 0) {
      end++;
    }
    return end + 1;
  }
}
