package dev.apq.kubectl.transfer;

import dev.apq.core.contract.FileLines;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** Somewhere to fetch a resource's artifacts from. */
public interface Artifacts {

  /**
   * Fetches the joined content of files; see {@link FileLines}.
   *
   * @param paths files, or sealed folders, below the resource's folder
   * @param maxBytes fetching more is refused
   * @param content where the content goes
   * @return the files, in the order of their content
   */
  List<FileLines.Entry> fetch(List<String> paths, long maxBytes, OutputStream content)
      throws IOException;
}
