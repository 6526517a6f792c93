package dev.apq.kubectl.transfer;

import dev.apq.core.contract.FileLines;
import dev.apq.kubectl.error.ExitStatus;
import dev.apq.kubectl.error.PluginException;
import dev.apq.kubectl.view.Numbers;
import java.util.List;

/** Nothing of an unexpected size is fetched. */
final class Limits {
  private Limits() {}

  static void requireAtMost(List<FileLines.Entry> files, long maxBytes) {
    long total = files.stream().mapToLong(FileLines.Entry::size).sum();
    if (total > maxBytes) {
      throw new PluginException(
          ExitStatus.FAILED,
          "the files have "
              + Numbers.bytes(total)
              + ", more than the "
              + Numbers.bytes(maxBytes)
              + " allowed",
          "allow more with --max-size");
    }
  }
}
