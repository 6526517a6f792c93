package dev.apq.local.node;

import java.io.IOException;
import java.io.RandomAccessFile;

/** Finds the last lines of a file from its end. */
final class LogTail {
  private static final int BLOCK = 64 * 1024;

  private LogTail() {}

  /** Where the last {@code lines} lines begin; a last line without its end counts as one. */
  static long offset(RandomAccessFile file, int lines) throws IOException {
    long length = file.length();
    if (lines == 0) {
      return length;
    }
    int found = 0;
    byte[] block = new byte[BLOCK];
    for (long end = length; end > 0; ) {
      int size = (int) Math.min(BLOCK, end);
      file.seek(end - size);
      file.readFully(block, 0, size);
      for (int i = size - 1; i >= 0; i--) {
        long position = end - size + i;
        if (block[i] == '\n' && position < length - 1) {
          found++;
          if (found == lines) {
            return position + 1;
          }
        }
      }
      end -= size;
    }
    return 0;
  }
}
