package dev.apq.study.supernet;

import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.Json;
import dev.apq.core.contract.CollectionSpec;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.Sample;
import dev.apq.core.contract.SampleFile;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.study.work.CpuLedger;
import dev.apq.study.work.StudyException;
import dev.apq.worker.stage.StageRunner;
import dev.apq.worker.stage.StopSignal;
import dev.apq.worker.supernet.Health;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The worker's stages, run in this process exactly as a Job would run them, with their manifests:
 * what is finished is not done again, what was interrupted continues.
 */
public final class Stages {
  private static final String SUPERNET_STORE = "supernet";
  private static final int MAX_HEALTH_BYTES = 1 << 20;

  private final Path root;
  private final StopSignal stop;
  private final PrintStream out;
  private final CpuLedger cpu;

  /**
   * @param root folder of the artifact stores
   * @param stop passed to the stages
   * @param out where the stages show their progress
   * @param cpu told what each stage took
   */
  public Stages(Path root, StopSignal stop, PrintStream out, CpuLedger cpu) {
    this.root = root;
    this.stop = stop;
    this.out = out;
    this.cpu = cpu;
  }

  /** Trains the supernet of a specification. */
  public StoreLayout train(WorkerSpec spec) {
    StoreLayout store = store(SUPERNET_STORE);
    CollectionSpec collection = spec.collection();
    Object inputs =
        List.of(
            spec.seed(),
            spec.space(),
            spec.dataset(),
            spec.recipe(),
            collection.evaluationImages(),
            collection.calibrationImages());
    run(store, spec, Stage.TRAIN, inputs);
    return store;
  }

  /**
   * Takes over a supernet that was trained elsewhere.
   *
   * @param given artifact folder of a resource, with a finished train stage
   */
  public StoreLayout adopt(Path given) {
    StoreLayout store = store(SUPERNET_STORE);
    copyTrain(new StoreLayout(given), store);
    return store;
  }

  /** What the health check of a trained supernet found. */
  public static Health health(StoreLayout supernet) {
    try {
      Path file = supernet.stage(Stage.TRAIN).resolve(StoreLayout.HEALTH);
      return Json.read(file, Health.class, MAX_HEALTH_BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Digest of a trained supernet and of what it was made from. */
  public static String identity(StoreLayout supernet) {
    return manifest(supernet).digest();
  }

  /** Full-precision samples of a supernet. */
  public List<Sample> fullPrecision(StoreLayout supernet, WorkerSpec spec) {
    Object inputs =
        List.of(
            identity(supernet),
            spec.seed(),
            spec.collection().fullPrecisionSamples(),
            spec.collection().evaluationImages(),
            spec.collection().calibrationImages());
    return collect(supernet, spec, Stage.COLLECT, inputs);
  }

  /**
   * Quantized samples of a supernet; the same policies for every number of steps.
   *
   * @param finetuneSteps optimizer steps before each is measured
   */
  public List<Sample> quantized(StoreLayout supernet, WorkerSpec spec, int finetuneSteps) {
    StoreLayout store = store("labels-" + finetuneSteps);
    copyTrain(supernet, store);
    CollectionSpec given = spec.collection();
    CollectionSpec collection =
        new CollectionSpec(
            given.fullPrecisionSamples(),
            given.quantizedSamples(),
            finetuneSteps,
            given.shards(),
            given.evaluationImages(),
            given.calibrationImages());
    WorkerSpec labelled =
        new WorkerSpec(
            spec.contractVersion(),
            spec.seed(),
            spec.space(),
            spec.dataset(),
            spec.recipe(),
            collection,
            spec.quantization(),
            spec.predictor());
    Object inputs = List.of(identity(supernet), spec.seed(), collection, spec.quantization());
    return collect(store, labelled, Stage.COLLECT_QUANTIZED, inputs);
  }

  private List<Sample> collect(StoreLayout store, WorkerSpec spec, Stage stage, Object inputs) {
    if (spec.collection().shards() != 1) {
      throw new StudyException(
          ExitCode.BAD_SPEC.code(), "collection.shards must be 1: a study runs in one process");
    }
    run(store, spec, stage, inputs);
    try {
      Path file = store.shard(stage, 0).resolve(StoreLayout.SAMPLES);
      return SampleFile.read(file, spec.collection().samples(stage));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run(StoreLayout store, WorkerSpec spec, Stage stage, Object inputs) {
    Path specFile = store.root().resolve("spec-" + stage.folder() + ".json");
    String digest = Digests.sha256(Json.bytes(List.of(stage.folder(), inputs)));
    try {
      AtomicFiles.write(specFile, spec.canonicalJson());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    StageRunner runner =
        new StageRunner(Map.of("APQ_INPUT_DIGEST", digest), out, System.console() != null, stop);
    String entry = store.root().getFileName() + "/" + stage.folder();
    ExitCode code = cpu.measure(entry, () -> runner.run(stage, specFile, store.root().toUri()));
    if (code != ExitCode.DONE) {
      throw new StudyException(code.code(), "stage " + entry + " ended with " + code);
    }
  }

  private StoreLayout store(String name) {
    return new StoreLayout(root.resolve(name).toAbsolutePath());
  }

  private static void copyTrain(StoreLayout from, StoreLayout to) {
    Manifest manifest = manifest(from);
    Path source = from.stage(Stage.TRAIN);
    Path target = to.stage(Stage.TRAIN);
    try {
      for (String file : manifest.files().keySet()) {
        AtomicFiles.write(target.resolve(file), out -> Files.copy(source.resolve(file), out));
      }
      manifest.write(target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Manifest manifest(StoreLayout store) {
    Path folder = store.stage(Stage.TRAIN);
    try {
      return Manifest.read(folder)
          .orElseThrow(
              () ->
                  new StudyException(
                      ExitCode.INPUT_UNUSABLE.code(),
                      folder + " holds no finished train stage; run `worker train` there first"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
