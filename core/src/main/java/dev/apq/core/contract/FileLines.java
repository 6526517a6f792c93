package dev.apq.core.contract;

import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.InvalidArtifactException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Files as lines of text, for a channel that carries lines, foreign ones among them, and only so
 * many bytes: the log of a container.
 *
 * <p>The files' contents, one after the other, are one stream of which each channel carries a part:
 *
 * <pre>
 * apq-file &lt;bytes&gt; &lt;path&gt;        for each file
 * apq-part &lt;offset&gt; &lt;bytes&gt;      which part of the stream follows
 * apq-data &lt;Base64&gt;              as often as needed
 * apq-end sha256:&lt;hex&gt;           digest of the part
 * </pre>
 *
 * Lines that begin otherwise are not part of it.
 */
public final class FileLines {
  /** Files of one stream at most. */
  public static final int MAX_FILES = 1000;

  // Base64 of a line's data stays below the 16 KiB at which container runtimes break lines.
  private static final int DATA_BYTES = 9 * 1024;
  private static final int MAX_LINE = 16 * 1024;
  private static final String FILE = "apq-file ";
  private static final String PART = "apq-part ";
  private static final String DATA = "apq-data ";
  private static final String END = "apq-end ";

  private FileLines() {}

  /**
   * A file of the stream.
   *
   * @param path below the folder that is sent, with slashes
   * @param size in bytes
   */
  public record Entry(String path, long size) {

    /**
     * @throws IllegalArgumentException if the path could leave the folder or the size is negative
     */
    public Entry {
      if (!Manifest.isSafePath(path) || size < 0) {
        throw new IllegalArgumentException("unusable file '" + path + "' of " + size + " bytes");
      }
    }
  }

  /**
   * What a channel carried.
   *
   * @param files all files of the stream
   * @param offset where in the stream this part begins
   * @param length bytes of this part
   */
  public record Part(List<Entry> files, long offset, long length) {

    /** Bytes of the whole stream. */
    public long total() {
      return files.stream().mapToLong(Entry::size).sum();
    }

    /** Whether the stream ends with this part. */
    public boolean last() {
      return offset + length >= total();
    }
  }

  /**
   * The files that a path below a folder stands for: the file itself, or the manifest of a sealed
   * folder and every file that it lists.
   *
   * @throws InvalidArtifactException if it is neither
   */
  public static List<Entry> entries(Path root, List<String> paths) throws IOException {
    Set<String> names = new LinkedHashSet<>();
    for (String path : paths) {
      if (!Manifest.isSafePath(path)) {
        throw new InvalidArtifactException("'" + path + "' is no path below " + root);
      }
      Path file = root.resolve(path);
      if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
        names.add(path + "/" + Manifest.FILE_NAME);
        Optional<Manifest> manifest = Manifest.read(file);
        manifest.ifPresent(m -> m.files().keySet().forEach(name -> names.add(path + "/" + name)));
      } else {
        names.add(path);
      }
    }
    if (names.size() > MAX_FILES) {
      throw new InvalidArtifactException("more than " + MAX_FILES + " files");
    }
    List<Entry> entries = new ArrayList<>();
    for (String name : names) {
      Path file = root.resolve(name);
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new InvalidArtifactException("there is no file " + name + " in " + root);
      }
      entries.add(new Entry(name, Files.size(file)));
    }
    return entries;
  }

  /**
   * Writes a part of the stream.
   *
   * @param root folder of the files
   * @param files all files of the stream, see {@link #entries}
   * @param offset where in the stream to begin
   * @param limit bytes to send at most
   * @throws IOException if a file cannot be read or is shorter than its entry says
   * @throws IllegalArgumentException if offset or limit is negative
   */
  public static void write(Path root, List<Entry> files, long offset, long limit, PrintStream out)
      throws IOException {
    if (offset < 0 || limit < 0) {
      throw new IllegalArgumentException("offset and limit must not be negative");
    }
    files.forEach(file -> out.print(FILE + file.size() + " " + file.path() + "\n"));
    long total = files.stream().mapToLong(Entry::size).sum();
    long length = Math.max(0, Math.min(limit, total - offset));
    out.print(PART + offset + " " + length + "\n");
    MessageDigest digest = Digests.newDigest();
    long begin = 0;
    for (Entry file : files) {
      long from = Math.max(offset, begin);
      long to = Math.min(offset + length, begin + file.size());
      if (from < to) {
        try (InputStream in = Files.newInputStream(root.resolve(file.path()))) {
          in.skipNBytes(from - begin);
          copy(in, to - from, digest, out);
        }
      }
      begin += file.size();
    }
    out.print(END + Digests.text(digest.digest()) + "\n");
    out.flush();
  }

  private static void copy(InputStream in, long bytes, MessageDigest digest, PrintStream out)
      throws IOException {
    for (long left = bytes; left > 0; ) {
      byte[] data = in.readNBytes((int) Math.min(DATA_BYTES, left));
      if (data.length == 0) {
        throw new IOException("a file became shorter while it was sent");
      }
      digest.update(data);
      out.print(DATA + Base64.getEncoder().encodeToString(data) + "\n");
      left -= data.length;
    }
  }

  /**
   * Reads a part from a channel.
   *
   * @param data where the part's content goes
   * @param maxBytes a longer part is refused
   * @throws InvalidArtifactException if the channel did not carry a whole part
   */
  public static Part read(InputStream channel, OutputStream data, long maxBytes)
      throws IOException {
    List<Entry> files = new ArrayList<>();
    MessageDigest digest = Digests.newDigest();
    long[] part = null;
    long received = 0;
    Lines lines = new Lines(channel);
    for (String line = lines.next(); line != null; line = lines.next()) {
      if (line.startsWith(FILE) && files.size() < MAX_FILES) {
        files.add(entry(line.substring(FILE.length())));
      } else if (line.startsWith(PART)) {
        part = numbers(line.substring(PART.length()), maxBytes);
      } else if (line.startsWith(DATA) && part != null) {
        byte[] bytes = decoded(line.substring(DATA.length()));
        received += bytes.length;
        if (received > part[1]) {
          throw new InvalidArtifactException("more data than announced");
        }
        digest.update(bytes);
        data.write(bytes);
      } else if (line.startsWith(END) && part != null) {
        if (received != part[1]
            || !Digests.text(digest.digest()).equals(line.substring(END.length()))) {
          throw new InvalidArtifactException(
              "data was lost on the way: " + received + " of " + part[1] + " bytes arrived");
        }
        return new Part(List.copyOf(files), part[0], part[1]);
      }
    }
    throw new InvalidArtifactException(
        "data was cut on the way after " + received + " bytes, or the sender failed");
  }

  private static Entry entry(String text) throws InvalidArtifactException {
    int space = text.indexOf(' ');
    try {
      return new Entry(text.substring(space + 1), Long.parseLong(text.substring(0, space)));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new InvalidArtifactException("not a file entry: " + text, e);
    }
  }

  private static long[] numbers(String text, long maxBytes) throws InvalidArtifactException {
    if (!text.matches("[0-9]{1,18} [0-9]{1,18}")) {
      throw new InvalidArtifactException("not a part: " + text);
    }
    String[] words = text.split(" ", -1);
    long[] part = {Long.parseLong(words[0]), Long.parseLong(words[1])};
    if (part[1] > maxBytes) {
      throw new InvalidArtifactException(
          "a part of " + part[1] + " bytes, more than the " + maxBytes + " allowed");
    }
    return part;
  }

  private static byte[] decoded(String text) throws InvalidArtifactException {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidArtifactException("data that is no Base64", e);
    }
  }

  /** Reads lines of at most {@link #MAX_LINE} bytes; a longer one is foreign and left out. */
  private static final class Lines {
    private final byte[] line = new byte[MAX_LINE];
    private final InputStream in;

    Lines(InputStream channel) {
      in = new BufferedInputStream(channel);
    }

    /** The next line, or null at the end; what comes without an end of line was cut. */
    @Nullable String next() throws IOException {
      int length = 0;
      for (int c = in.read(); c >= 0; c = in.read()) {
        if (c != '\n') {
          if (length < MAX_LINE) {
            line[length] = (byte) c;
          }
          length++;
        } else if (length <= MAX_LINE) {
          return new String(line, 0, length, StandardCharsets.US_ASCII);
        } else {
          length = 0;
        }
      }
      return null;
    }
  }
}
