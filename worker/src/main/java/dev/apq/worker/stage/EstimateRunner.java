package dev.apq.worker.stage;

import dev.apq.core.artifact.Json;
import dev.apq.core.contract.CollectionSpec;
import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.core.cost.BitFusion;
import dev.apq.core.cost.CostModel;
import dev.apq.core.cost.HardwareProfile;
import dev.apq.core.cost.LayerSet;
import dev.apq.core.cost.Metric;
import dev.apq.core.policy.Architecture;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Quantization;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.data.DataException;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.data.Datasets;
import dev.apq.worker.data.ImageSet;
import dev.apq.worker.data.StandInPhotographs;
import dev.apq.worker.estimate.CostEstimate;
import dev.apq.worker.estimate.Estimate;
import dev.apq.worker.estimate.EstimateTable;
import dev.apq.worker.estimate.Probe;
import dev.apq.worker.estimate.Workload;
import dev.apq.worker.supernet.Subnets;
import dev.apq.worker.tensor.Devices;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says what the stages of a specification will cost, from short measurements on this machine. */
public final class EstimateRunner {
  private static final int PHOTOGRAPHS = 32;
  private static final int MOST_AT_ONCE = 4096;
  // Multiply-accumulates of the images at once, in 1e6: some seconds for a step of one thread.
  private static final double MEGA_MACS_AT_ONCE = 6000;

  private final PrintStream out;
  private final PrintStream log;

  /**
   * @param out where the estimate goes
   * @param log where progress and errors go
   */
  public EstimateRunner(PrintStream out, PrintStream log) {
    this.out = out;
    this.log = log;
  }

  /**
   * What to do.
   *
   * @param specFile path of {@code spec.json}
   * @param data folder or URI of the images; null for where the specification says
   * @param trainingImages published training images, where the directory cannot be read here; 0
   *     where it can
   * @param imagesAtOnce at most, of each measurement; 0 for what suits the space
   * @param seconds that each measurement takes at least
   * @param json whether to print JSON instead of a table
   */
  public record Options(
      Path specFile,
      @Nullable String data,
      int trainingImages,
      int imagesAtOnce,
      double seconds,
      boolean json) {}

  /** An estimate needs images, or their number. */
  private record Source(Workload workload, @Nullable ImageSet photographs) {}

  /**
   * Estimates.
   *
   * @return the process's exit status
   */
  public ExitCode run(Options options) {
    return new SpecCommand(log).run(options.specFile(), spec -> estimate(options, spec));
  }

  private void estimate(Options options, WorkerSpec spec) throws IOException {
    int images = imagesAtOnce(options, spec);
    Path folder = Files.createTempDirectory("apq-estimate");
    try {
      Source source = source(options, spec, folder);
      Devices devices = Devices.find();
      Probe probe =
          new Probe(
              spec,
              devices,
              images,
              options.seconds(),
              source.photographs(),
              step -> log.println("measuring: " + step));
      print(
          new CostEstimate(spec, source.workload(), probe.run(), devices).of(images),
          options.json());
    } finally {
      delete(folder);
    }
  }

  private void print(Estimate estimate, boolean json) {
    if (json) {
      out.println(new String(Json.bytes(estimate), StandardCharsets.UTF_8));
    } else {
      EstimateTable.lines(estimate).forEach(out::println);
    }
  }

  private static int imagesAtOnce(Options options, WorkerSpec spec) {
    if (options.imagesAtOnce() != 0) {
      if (options.imagesAtOnce() < 2 || options.imagesAtOnce() > MOST_AT_ONCE) {
        throw new IllegalArgumentException("--images-at-once must be within 2.." + MOST_AT_ONCE);
      }
      return options.imagesAtOnce();
    }
    SearchSpace space = spec.space();
    Architecture largest = new Subnets(space).largest();
    Policy policy = new Policy(largest, Quantization.uniform(largest.activeBlocks(), 8));
    double macs =
        new CostModel(space, new BitFusion(HardwareProfile.bitfusion()), LayerSet.COMPLETE)
            .value(policy, Metric.MACS);
    return (int) Math.max(2, Math.min(MOST_AT_ONCE, MEGA_MACS_AT_ONCE / macs));
  }

  private Source source(Options options, WorkerSpec spec, Path folder) throws IOException {
    DatasetSpec dataset = spec.dataset().at(options.data());
    DatasetSpec.Directory directory = dataset.directory();
    boolean away = directory != null && directory.uri() != null && options.trainingImages() == 0;
    if (directory == null
        || away
        || (directory.path() != null && Files.isDirectory(Path.of(directory.path())))) {
      return opened(Datasets.open(dataset, spec.space(), log::println), spec);
    }
    if (options.trainingImages() == 0) {
      throw new DataException(
          directory.path() + " is not a directory on this machine",
          "say with --data where the images lie, or with --training-images how many there are");
    }
    return counted(options.trainingImages(), directory.format(), spec, folder);
  }

  private static Source opened(Dataset data, WorkerSpec spec) {
    CollectionSpec collection = spec.collection();
    boolean decoded = data.train().decoded();
    long measuring = (long) collection.calibrationImages() + collection.evaluationImages();
    Workload workload =
        new Workload(
            data.train().count(),
            data.validation().count(),
            decoded,
            decoded || Datasets.fitsInMemory(measuring, spec.space()));
    return new Source(workload, decoded ? null : Datasets.some(PHOTOGRAPHS, data.train()));
  }

  private static Source counted(
      int published, DatasetSpec.Format format, WorkerSpec spec, Path folder) throws IOException {
    SearchSpace space = spec.space();
    CollectionSpec collection = spec.collection();
    RecipeSpec recipe = spec.recipe();
    int validation = Datasets.validationImages(published);
    if (published - validation < recipe.batchSize() || validation < 1) {
      throw new IllegalArgumentException(
          "--training-images " + published + " do not fill a batch of " + recipe.batchSize());
    }
    boolean decoded =
        format != DatasetSpec.Format.IMAGE_FOLDER || Datasets.fitsInMemory(published, space);
    long measuring = (long) collection.calibrationImages() + collection.evaluationImages();
    Workload workload =
        new Workload(
            published - validation,
            validation,
            decoded,
            decoded || Datasets.fitsInMemory(measuring, space));
    return new Source(
        workload,
        decoded
            ? null
            : StandInPhotographs.write(
                folder, PHOTOGRAPHS, space.inputChannels(), space.resolution()));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
