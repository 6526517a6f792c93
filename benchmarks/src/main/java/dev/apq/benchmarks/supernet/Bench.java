package dev.apq.benchmarks.supernet;

import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.Json;
import dev.apq.core.artifact.Safetensors;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.policy.Architecture;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.Presets;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.data.Batch;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.supernet.NetworkLayout;
import dev.apq.worker.supernet.Subnets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import picocli.CommandLine.Option;

/**
 * What is measured: a space with weights, images and subnets, the same for both sides.
 *
 * @param space the search space
 * @param batch images of a training step
 * @param calibration images that recalibrate batch normalization, one batch
 * @param evaluation images that accuracy is measured on
 */
record Bench(SearchSpace space, int batch, int calibration, int evaluation) {
  /** Peak learning rate; the schedule is so long that it stays there. */
  static final String LEARNING_RATE = "0.001";

  static final String WEIGHT_DECAY = "0.00003";

  /** Seed of the sandwich's random subnets. */
  static final long SEED = 5;

  private static final String WEIGHTS = "weights.safetensors";
  private static final int EPOCHS = 100_000;
  private static final long MAX_BYTES = 1L << 30;

  /** Options that say which space at which sizes. */
  static final class Arguments {
    @Option(
        names = "--space",
        description = "Preset search space (default: ${DEFAULT-VALUE}).",
        paramLabel = "<name>")
    private String space = "cluttered-digits";

    @Option(names = "--batch", description = "Images of a training step.", paramLabel = "<n>")
    private int batch = 32;

    @Option(
        names = "--calibration",
        description = "Images that recalibrate batch normalization (default: ${DEFAULT-VALUE}).",
        paramLabel = "<n>")
    private int calibration = 250;

    @Option(
        names = "--evaluation",
        description = "Images that accuracy is measured on (default: ${DEFAULT-VALUE}).",
        paramLabel = "<n>")
    private int evaluation = 500;

    Bench bench() {
      SearchSpace preset =
          Presets.named(space)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "--space: no preset '" + space + "', take one of " + Presets.names()));
      return new Bench(preset, batch, calibration, evaluation);
    }
  }

  /** As arguments for {@link Arguments}. */
  List<String> arguments() {
    return List.of(
        "--space=" + space.name(),
        "--batch=" + batch,
        "--calibration=" + calibration,
        "--evaluation=" + evaluation);
  }

  /** Images that one piece of work goes through. */
  int images(Work work) {
    return work.training() ? batch : calibration + evaluation;
  }

  /** The file that the Python side reads. */
  record File(
      SearchSpace space,
      double learningRate,
      double weightDecay,
      Architecture largest,
      Architecture smallest) {}

  /** One batch of training images, which every step sees in some order. */
  Dataset trainingData() {
    return Noise.dataset(space, batch, 1);
  }

  /** Images that calibrate and evaluate. */
  Dataset measuringData() {
    return Noise.dataset(space, calibration, evaluation);
  }

  RecipeSpec recipe() {
    return new RecipeSpec(
        EPOCHS,
        batch,
        LEARNING_RATE,
        WEIGHT_DECAY,
        "0",
        "0",
        2,
        true,
        "0",
        "0",
        RecipeSpec.Augmentation.NONE,
        null,
        null);
  }

  /** Writes the problem; gammas are moved away from zero, so that no branch is silent. */
  void write(Path folder) throws IOException {
    Subnets subnets = new Subnets(space);
    double rate = Double.parseDouble(LEARNING_RATE);
    double decay = Double.parseDouble(WEIGHT_DECAY);
    File file = new File(space, rate, decay, subnets.largest(), subnets.smallest());
    Files.write(folder.resolve("problem.json"), Json.bytes(file));
    Map<String, FloatTensor> weights =
        new HashMap<>(NetworkLayout.initialWeights(space, RandomStream.of(4)));
    weights.replaceAll((name, tensor) -> name.endsWith(".gamma") ? audible(tensor) : tensor);
    Safetensors.write(folder.resolve(WEIGHTS), weights);
    Map<String, FloatTensor> images = new HashMap<>();
    Dataset training = trainingData();
    put(images, "train", training.batch(training.train(), 0, batch));
    Dataset measuring = measuringData();
    put(images, "calibration", measuring.batch(measuring.train(), 0, calibration));
    put(images, "evaluation", measuring.batch(measuring.validation(), 0, evaluation));
    Safetensors.write(folder.resolve("images.safetensors"), images);
  }

  /** The weights in a written problem. */
  static Map<String, FloatTensor> weights(Path folder) throws IOException {
    return Safetensors.read(folder.resolve(WEIGHTS), MAX_BYTES);
  }

  private static FloatTensor audible(FloatTensor gamma) {
    float[] data = gamma.data().clone();
    Arrays.fill(data, 0.9f);
    return new FloatTensor(gamma.shape(), data);
  }

  private static void put(Map<String, FloatTensor> images, String name, Batch batch) {
    int[] shape = {batch.count(), batch.channels(), batch.size(), batch.size()};
    images.put(name + ".images", new FloatTensor(shape, batch.images()));
    float[] labels = new float[batch.count()];
    IntStream.range(0, labels.length).forEach(i -> labels[i] = batch.labels()[i]);
    images.put(name + ".labels", new FloatTensor(new int[] {labels.length}, labels));
  }
}
