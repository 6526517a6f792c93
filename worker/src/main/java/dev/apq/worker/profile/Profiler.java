package dev.apq.worker.profile;

import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.Json;
import dev.apq.core.policy.Policy;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.export.FrozenNetwork;
import dev.apq.worker.export.OnnxSession;
import dev.apq.worker.export.RandomNetwork;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Measures the layers of a space on this node's processor.
 *
 * <p>Layers are measured inside whole networks and not by themselves: there the runtime merges
 * operators as it does later, memory is laid out as it is later, and caches hold what they will
 * hold. Their times come from the runtime's own record of its kernels; what a run takes beyond them
 * is shared out among the kernels.
 */
public final class Profiler {
  /** The table. */
  public static final String TABLE = "table.json";

  /** How it was measured. */
  public static final String METADATA = "profile.json";

  /** Predicted beside measured latency. */
  public static final String VALIDATION = "validation.json";

  /** The same as a drawing. */
  public static final String DRAWING = "validation.svg";

  private static final String SAVED = "measurements.json";
  private static final long SEED = 1;
  private static final long NETWORKS = 1;
  private static final long WEIGHTS = 2;
  private static final long VALIDATED = 3;
  private static final int MOST_ROUNDS = 8;
  private static final double VALIDATION_SHARE = 0.25;
  private static final double NANOS = 1e9;
  private static final long SAVE_NANOS = 5_000_000_000L;
  private static final double MOST_SECONDS = 0.4;
  private static final double FEWEST_ROUNDS = 3;

  private final Request request;
  private final Progress progress;
  private final BooleanSupplier stop;
  private final LongSupplier nanoTime;
  private final long start;

  /**
   * What to measure.
   *
   * @param space whose layers
   * @param name of the table
   * @param folder for all files; what an earlier run left there is continued
   * @param threads of the runtime
   * @param budgetSeconds to be done within
   * @param validate random networks to compare the table with, 0 for none
   */
  public record Request(
      SearchSpace space,
      String name,
      Path folder,
      int threads,
      double budgetSeconds,
      int validate) {}

  /** Told how far the work is. */
  @FunctionalInterface
  public interface Progress {
    /** A fraction of 0..1, and a line for people. */
    void at(double fraction, String message);
  }

  /**
   * What came out.
   *
   * @param rows of the table
   * @param kendallTau between predicted and measured latency; NaN if nothing was validated
   * @param meanRelativeError of the prediction; NaN likewise
   */
  public record Outcome(int rows, double kendallTau, double meanRelativeError) {}

  /** The budget is too small for the space. */
  public static final class BudgetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BudgetException(String message) {
      super(message);
    }
  }

  /** The work was stopped between two networks; what is measured is saved. */
  public static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * @param stop asked between networks
   * @param nanoTime a monotonic clock
   */
  public Profiler(Request request, Progress progress, BooleanSupplier stop, LongSupplier nanoTime) {
    this.request = request;
    this.progress = progress;
    this.stop = stop;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
  }

  /**
   * Measures, and writes all files.
   *
   * @throws BudgetException if not every layer could be measured in time
   * @throws StoppedException on request
   */
  public Outcome run() throws IOException {
    Files.createDirectories(request.folder());
    Path saved = request.folder().resolve(SAVED);
    Measurements measurements = Measurements.load(saved, identity());
    measure(measurements, saved);
    LatencyTable table = new LatencyTable(request.space(), request.name(), measurements);
    Map<String, Object> metadata = metadata(measurements, table);
    double tau = Double.NaN;
    double error = Double.NaN;
    if (request.validate() > 1) {
      progress.at(0.9, "validating on " + request.validate() + " random networks");
      Validation validation =
          Validation.measure(
              table.costs(),
              request.validate(),
              request.threads(),
              VALIDATION_SHARE * request.budgetSeconds() / 2,
              random(VALIDATED));
      tau = validation.kendallTau();
      error = validation.meanRelativeError();
      write(VALIDATION, Json.bytes(validation));
      write(DRAWING, new ScatterPlot(validation).svg().getBytes(StandardCharsets.UTF_8));
    }
    write(METADATA, Json.bytes(metadata));
    write(TABLE, table.json());
    return new Outcome(table.rows(), tau, error);
  }

  private void measure(Measurements measurements, Path saved) throws IOException {
    SearchSpace space = request.space();
    Cover cover = new Cover(space, random(NETWORKS));
    int most = MOST_ROUNDS * cover.size();
    double budget = request.budgetSeconds() * (request.validate() > 1 ? 1 - VALIDATION_SHARE : 1);
    double seconds = Math.min(MOST_SECONDS, budget / (FEWEST_ROUNDS * cover.size()));
    NetworkTimer timer = new NetworkTimer(request.threads(), seconds);
    long lastSave = nanoTime.getAsLong();
    while (measurements.networks().size() < most) {
      int number = measurements.networks().size();
      if (stop.getAsBoolean()) {
        measurements.save(saved);
        throw new StoppedException();
      }
      double elapsed = elapsed();
      if (elapsed > budget && number >= cover.size()) {
        break;
      }
      if (elapsed > budget) {
        measurements.save(saved);
        throw new BudgetException(
            number
                + " of "
                + cover.size()
                + " networks were measured in "
                + (long) elapsed
                + " s; "
                + LatencyTable.missing(space, measurements)
                + " layers are missing");
      }
      Policy policy = cover.policy(number);
      FrozenNetwork network = RandomNetwork.of(space, policy, random(WEIGHTS).at(number));
      measurements.add(network, timer.time(network));
      progress.at(
          0.9 * Math.max(Math.min(1, elapsed / budget), (double) number / most),
          "network " + (number + 1) + ", " + cover.size() + " in a round");
      if (nanoTime.getAsLong() - lastSave > SAVE_NANOS) {
        measurements.save(saved);
        lastSave = nanoTime.getAsLong();
      }
    }
    measurements.save(saved);
  }

  private Map<String, Object> metadata(Measurements measurements, LatencyTable table) {
    Overhead overhead = table.overhead();
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", request.name());
    metadata.put("space", request.space().name());
    metadata.put("processor", Processor.name());
    metadata.put("threads", request.threads());
    metadata.put("runtime", OnnxSession.runtime());
    metadata.put("java", System.getProperty("java.version"));
    metadata.put("networks", measurements.networks().size());
    metadata.put("rows", table.rows());
    metadata.put("medianRelativeSpread", table.medianRelativeSpread());
    metadata.put("microsPerRun", overhead.perRun());
    metadata.put("microsPerKernel", overhead.perKernel());
    metadata.put(
        "note",
        "Weights of any bit width and activations below 8 bits are computed with as 8-bit"
            + " integers; their rows repeat what was measured.");
    return metadata;
  }

  private String identity() {
    return Digests.sha256(
        (Processor.name()
                + '\n'
                + OnnxSession.runtime()
                + '\n'
                + request.threads()
                + '\n'
                + new String(Json.bytes(request.space()), StandardCharsets.UTF_8))
            .getBytes(StandardCharsets.UTF_8));
  }

  private static RandomStream random(long purpose) {
    return RandomStream.of(SEED, purpose);
  }

  private double elapsed() {
    return (nanoTime.getAsLong() - start) / NANOS;
  }

  private void write(String file, byte[] bytes) throws IOException {
    AtomicFiles.write(request.folder().resolve(file), bytes);
  }
}
