package dev.apq.local.faults;

import dev.apq.local.node.ImageCommand;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A worker that keeps the contract but trains nothing, so that a stage takes milliseconds. Its
 * predictor, for the search space {@code digits}, has random weights.
 */
public final class StandInWorker {
  /** Image that Pods ask for. */
  public static final String IMAGE = "apq-local/stand-in";

  private static final String SCRIPT = "stand-in-worker.sh";
  private static final String PREDICTOR = "predictor.safetensors";

  private StandInWorker() {}

  /** Writes its files below a folder and returns the command that runs it. */
  public static ImageCommand unpack(Path folder) {
    try {
      Files.createDirectories(folder);
      Path script = unpack(SCRIPT, folder);
      Path predictor = unpack(PREDICTOR, folder);
      return new ImageCommand(
          List.of("sh", script.toString()), Map.of("STAND_IN_PREDICTOR", predictor.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write below " + folder, e);
    }
  }

  private static Path unpack(String name, Path folder) throws IOException {
    Path target = folder.resolve(name);
    try (InputStream in =
        Objects.requireNonNull(StandInWorker.class.getResourceAsStream(name), name)) {
      Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
    }
    return target;
  }
}
