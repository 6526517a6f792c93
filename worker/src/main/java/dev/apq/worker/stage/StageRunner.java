package dev.apq.worker.stage;

import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;
import dev.apq.core.artifact.StoreUnavailableException;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.Failure;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StageInputs;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.contract.Timing;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.store.ArtifactStores;
import dev.apq.store.Retries;
import dev.apq.worker.data.DataException;
import dev.apq.worker.tensor.DivergedException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs one stage under the worker contract: reads the specification, finds out whether the result
 * is already there, does the work, seals it with a manifest, and turns every failure into an exit
 * code and a termination message.
 */
public final class StageRunner {
  private static final String SHARD = "JOB_COMPLETION_INDEX";
  private static final String INPUT_DIGEST = "APQ_INPUT_DIGEST";
  private static final String TERMINATION_LOG = "APQ_TERMINATION_LOG";
  private static final String DEFAULT_TERMINATION_LOG = "/dev/termination-log";
  private static final String CHECKPOINT_SECONDS = "APQ_CHECKPOINT_SECONDS";
  private static final String DEFAULT_CHECKPOINT_SECONDS = "30";
  // About half a minute; after that the Job starts another Pod.
  private static final int STORE_ATTEMPTS = 9;

  private final Map<String, String> environment;
  private final PrintStream out;
  private final boolean terminal;
  private final StopSignal stop;
  private final Retries retries;

  /**
   * @param environment the process's environment
   * @param out where progress is shown
   * @param terminal whether {@code out} is a terminal
   * @param stop asked between steps
   */
  public StageRunner(
      Map<String, String> environment, PrintStream out, boolean terminal, StopSignal stop) {
    this(environment, out, terminal, stop, Retries.growing(STORE_ATTEMPTS));
  }

  StageRunner(
      Map<String, String> environment,
      PrintStream out,
      boolean terminal,
      StopSignal stop,
      Retries retries) {
    this.environment = environment;
    this.out = out;
    this.terminal = terminal;
    this.stop = stop;
    this.retries = retries;
  }

  /**
   * Runs a stage.
   *
   * @param stage which
   * @param specFile path of {@code spec.json}
   * @param store URI of the resource's artifact folder
   * @return the process's exit status
   */
  public ExitCode run(Stage stage, Path specFile, URI store) {
    return run(stage, specFile, store, store);
  }

  /**
   * Runs a stage that reads the supernet of another resource.
   *
   * @param supernet URI of that resource's artifact folder, which is only read
   * @return the process's exit status
   */
  public ExitCode run(Stage stage, Path specFile, URI store, URI supernet) {
    try {
      byte[] specBytes = read(specFile);
      WorkerSpec spec = parse(specFile, specBytes);
      Integer shard = stage.sharded() ? shard(spec) : null;
      StoreLayout layout = new StoreLayout(folder(store));
      StoreLayout source = new StoreLayout(folder(supernet));
      String inputDigest = inputDigest(stage, spec, specBytes, source);
      Path folder = StageContext.folder(layout, stage, shard);
      if (finished(folder, inputDigest)) {
        out.println(stage.folder() + ": already done, " + folder.resolve(Manifest.FILE_NAME));
        return ExitCode.DONE;
      }
      Files.createDirectories(folder);
      var progress = new ProgressReporter(folder, stage.folder(), out, terminal, System::nanoTime);
      StageContext context =
          new StageContext(spec, stage, shard, layout, source, inputDigest, stop, progress);
      complete(context);
      return ExitCode.DONE;
    } catch (StageException e) {
      return fail(e.exitCode(), e.failure(), e.getCause());
    } catch (DataException e) {
      return fail(ExitCode.INPUT_UNUSABLE, new Failure(text(e), e.remedy()), e.getCause());
    } catch (IllegalArgumentException e) {
      String remedy = "correct the specification";
      return fail(ExitCode.BAD_SPEC, new Failure(text(e), remedy), e);
    } catch (InvalidArtifactException e) {
      String remedy = "delete the stage's folder so that the stage runs again";
      return fail(ExitCode.INPUT_UNUSABLE, new Failure(text(e), remedy), null);
    } catch (UncheckedIOException e) {
      return storage(Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      return storage(e);
    } catch (RuntimeException | Error e) {
      String remedy = "see the worker's log; report it with the specification if it persists";
      return fail(ExitCode.INTERNAL, new Failure(e.toString(), remedy), e);
    }
  }

  private ExitCode storage(IOException problem) {
    Failure failure =
        problem instanceof StoreUnavailableException away
            ? new Failure(text(away), away.remedy())
            : new Failure(
                problem.toString(),
                "check that the artifact volume is mounted, writable and not full");
    return fail(ExitCode.STORAGE_UNAVAILABLE, failure, null);
  }

  private void complete(StageContext context) throws IOException {
    long start = System.nanoTime();
    StageResult result = run(context);
    Map<String, Manifest.FileEntry> files = new LinkedHashMap<>();
    for (String file : result.files()) {
      files.put(file, Manifest.FileEntry.of(context.folder().resolve(file)));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Throughput throughput = context.progress().throughput();
    new Timing(
            seconds,
            throughput == null ? null : throughput.samplesPerSecond(),
            throughput == null ? null : throughput.imagesPerSecond())
        .write(context.folder());
    new Manifest(
            WorkerSpec.VERSION,
            context.stage().folder(),
            context.shard(),
            context.inputDigest(),
            files,
            result.counts(),
            result.summary())
        .write(context.folder());
    context.progress().step(1, result.headline());
  }

  private StageResult run(StageContext context) throws IOException {
    try {
      return work(context.stage()).run(context);
    } catch (DivergedException e) {
      throw Divergence.failure(context, e);
    } catch (RuntimeException | Error e) {
      if (MemoryShortage.explains(e)) {
        throw MemoryShortage.failure(context, e);
      }
      throw e;
    }
  }

  private StageWork work(Stage stage) {
    return switch (stage) {
      case TRAIN -> new TrainStage(checkpointInterval());
      case COLLECT, COLLECT_QUANTIZED -> new CollectStage(checkpointInterval());
      case TRAIN_PREDICTOR -> PredictorStages::train;
      case TRANSFER -> PredictorStages::transfer;
      case VERIFY -> new VerifyStage();
    };
  }

  private static byte[] read(Path specFile) throws IOException {
    try {
      if (Files.size(specFile) > WorkerSpec.MAX_BYTES) {
        throw badSpec(specFile + " is larger than " + WorkerSpec.MAX_BYTES + " bytes");
      }
      return Files.readAllBytes(specFile);
    } catch (NoSuchFileException e) {
      throw badSpec(specFile + " does not exist");
    }
  }

  private static WorkerSpec parse(Path specFile, byte[] bytes) {
    try {
      return Json.read(bytes, WorkerSpec.class);
    } catch (InvalidArtifactException e) {
      throw badSpec(specFile + ": " + e.getMessage());
    }
  }

  private static StageException badSpec(String error) {
    return new StageException(ExitCode.BAD_SPEC, error, "correct the specification");
  }

  private int shard(WorkerSpec spec) {
    String index = environment.get(SHARD);
    int shards = spec.collection().shards();
    if (index == null && shards == 1) {
      return 0;
    }
    if (index == null || !index.matches("[0-9]{1,6}")) {
      throw new StageException(
          ExitCode.USAGE,
          SHARD + " is " + (index == null ? "not set" : "'" + index + "'"),
          "set it to the shard's index, 0 to " + (shards - 1));
    }
    int shard = Integer.parseInt(index);
    if (shard >= shards) {
      throw new StageException(
          ExitCode.SHARD_UNUSABLE,
          "shard " + shard + " does not exist, there are " + shards,
          "make the Job's completions equal to collection.shards");
    }
    return shard;
  }

  private Duration checkpointInterval() {
    String seconds = environment.getOrDefault(CHECKPOINT_SECONDS, DEFAULT_CHECKPOINT_SECONDS);
    if (!seconds.matches("[0-9]{1,5}")) {
      throw new StageException(
          ExitCode.USAGE,
          CHECKPOINT_SECONDS + " is '" + seconds + "'",
          "set it to a whole number of seconds, 0 for a checkpoint after every step");
    }
    return Duration.ofSeconds(Long.parseLong(seconds));
  }

  private Path folder(URI store) {
    try {
      return ArtifactStores.open(store, environment, retries);
    } catch (IllegalArgumentException e) {
      throw new StageException(
          ExitCode.USAGE,
          "the artifact store cannot be used: " + e.getMessage(),
          "give a URI such as file:///apq/artifacts or s3://bucket/prefix",
          e);
    }
  }

  private String inputDigest(Stage stage, WorkerSpec spec, byte[] specBytes, StoreLayout layout)
      throws IOException {
    String given = environment.get(INPUT_DIGEST);
    return given != null && !given.isBlank()
        ? given
        : StageInputs.digest(
            stage, specBytes, new Inputs(layout).digests(stage, spec.collection()));
  }

  private static boolean finished(Path folder, String inputDigest) throws IOException {
    try {
      Optional<Manifest> manifest = Manifest.read(folder);
      return manifest.isPresent()
          && manifest.get().inputDigest().equals(inputDigest)
          && manifest.get().firstDamagedFile(folder).isEmpty();
    } catch (InvalidArtifactException e) {
      return false;
    }
  }

  private static String text(Exception problem) {
    return Objects.requireNonNullElse(problem.getMessage(), problem.toString());
  }

  private ExitCode fail(ExitCode exitCode, Failure failure, @Nullable Throwable cause) {
    out.println();
    out.println("error: " + failure.error());
    out.println("remedy: " + failure.remedy());
    if (cause != null) {
      cause.printStackTrace(out);
    }
    Path log = Path.of(environment.getOrDefault(TERMINATION_LOG, DEFAULT_TERMINATION_LOG));
    // A log that Kubernetes did not prepare is not created: elsewhere the message is on the screen.
    if (environment.containsKey(TERMINATION_LOG) || Files.exists(log)) {
      try {
        Files.write(log, failure.json());
      } catch (IOException e) {
        out.println("the termination message could not be written to " + log + ": " + e);
      }
    }
    return exitCode;
  }
}
