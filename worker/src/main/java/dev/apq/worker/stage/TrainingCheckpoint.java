package dev.apq.worker.stage;

import ai.djl.ndarray.NDManager;
import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;
import dev.apq.core.artifact.Safetensors;
import dev.apq.core.artifact.StoredFiles;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.worker.supernet.NetworkLayout;
import dev.apq.worker.supernet.TrainingState;
import dev.apq.worker.tensor.AdamW;
import dev.apq.worker.tensor.Parameters;
import dev.apq.worker.tensor.WeightAverage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A point from which an interrupted training continues.
 *
 * <p>Weights and optimizer state go to a file named by their step; {@code checkpoint.json},
 * replaced last, names it with its digest. So a crash at any moment leaves the previous checkpoint
 * whole.
 *
 * @param step steps done
 * @param weights the network's weights
 * @param mean Adam's mean of gradients, by weight
 * @param variance Adam's mean of squared gradients, by weight
 * @param average moving average of the weights; empty if the recipe wants none
 */
record TrainingCheckpoint(
    int step,
    Map<String, FloatTensor> weights,
    Map<String, FloatTensor> mean,
    Map<String, FloatTensor> variance,
    Map<String, FloatTensor> average) {
  private static final String POINTER = "checkpoint.json";
  private static final int MAX_POINTER = 4096;
  private static final long MAX_STATE = 16L << 30;
  private static final String WEIGHT = "weight/";
  private static final String MEAN = "mean/";
  private static final String VARIANCE = "variance/";
  private static final String AVERAGE = "average/";

  private record Pointer(String inputDigest, int step, String sha256) {
    String file() {
      return "checkpoint-" + step + ".safetensors";
    }
  }

  /** What a training has reached. */
  static TrainingCheckpoint of(int step, TrainingState state) {
    return new TrainingCheckpoint(
        step,
        state.weights().toTensors(),
        state.optimizer().mean().toTensors(),
        state.optimizer().variance().toTensors(),
        state.average() == null ? Map.of() : state.average().average().toTensors());
  }

  /** The start of a training. */
  static TrainingCheckpoint start(RecipeSpec recipe, Map<String, FloatTensor> weights) {
    Map<String, FloatTensor> zeros = new TreeMap<>();
    weights.forEach(
        (name, tensor) ->
            zeros.put(name, new FloatTensor(tensor.shape(), new float[tensor.data().length])));
    boolean averages = Double.parseDouble(recipe.emaDecay()) > 0;
    return new TrainingCheckpoint(0, weights, zeros, zeros, averages ? weights : Map.of());
  }

  /** The state to continue from, in native memory below {@code manager}. */
  TrainingState state(RecipeSpec recipe, NDManager manager) {
    Parameters parameters = Parameters.of(weights, manager);
    parameters.requireGradients();
    AdamW optimizer =
        new AdamW(
            parameters,
            Parameters.of(mean, manager),
            Parameters.of(variance, manager),
            Float.parseFloat(recipe.weightDecay()),
            NetworkLayout::decays);
    WeightAverage averages =
        average.isEmpty()
            ? null
            : new WeightAverage(
                Parameters.of(average, manager), Double.parseDouble(recipe.emaDecay()));
    return new TrainingState(parameters, optimizer, averages);
  }

  /** Writes this checkpoint and removes the one before. */
  void write(Path folder, String inputDigest) throws IOException {
    Optional<Pointer> before = pointer(folder);
    Map<String, FloatTensor> state = new TreeMap<>();
    weights.forEach((name, tensor) -> state.put(WEIGHT + name, tensor));
    mean.forEach((name, tensor) -> state.put(MEAN + name, tensor));
    variance.forEach((name, tensor) -> state.put(VARIANCE + name, tensor));
    average.forEach((name, tensor) -> state.put(AVERAGE + name, tensor));
    Path file = folder.resolve(new Pointer(inputDigest, step, "").file());
    Safetensors.write(file, state);
    Pointer now = new Pointer(inputDigest, step, Digests.sha256(file));
    AtomicFiles.write(folder.resolve(POINTER), Json.bytes(now));
    if (before.isPresent() && before.get().step() != step) {
      Files.deleteIfExists(folder.resolve(before.get().file()));
    }
  }

  /** The checkpoint of a folder, unless there is none, it is damaged, or its inputs differ. */
  static Optional<TrainingCheckpoint> read(Path folder, String inputDigest) throws IOException {
    Optional<Pointer> pointer = pointer(folder);
    if (pointer.isEmpty() || !pointer.get().inputDigest().equals(inputDigest)) {
      return Optional.empty();
    }
    Path file = folder.resolve(pointer.get().file());
    if (!StoredFiles.exists(file) || !Digests.sha256(file).equals(pointer.get().sha256())) {
      return Optional.empty();
    }
    Map<String, FloatTensor> state = Safetensors.read(file, MAX_STATE);
    return Optional.of(
        new TrainingCheckpoint(
            pointer.get().step(),
            part(state, WEIGHT),
            part(state, MEAN),
            part(state, VARIANCE),
            part(state, AVERAGE)));
  }

  /** Removes the checkpoint of a finished training. */
  static void delete(Path folder) throws IOException {
    Optional<Pointer> pointer = pointer(folder);
    Files.deleteIfExists(folder.resolve(POINTER));
    if (pointer.isPresent()) {
      Files.deleteIfExists(folder.resolve(pointer.get().file()));
    }
  }

  private static Optional<Pointer> pointer(Path folder) throws IOException {
    Path file = folder.resolve(POINTER);
    if (!StoredFiles.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.read(file, Pointer.class, MAX_POINTER));
    } catch (InvalidArtifactException e) {
      return Optional.empty();
    }
  }

  private static Map<String, FloatTensor> part(Map<String, FloatTensor> state, String prefix) {
    Map<String, FloatTensor> part = new TreeMap<>();
    state.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            part.put(name.substring(prefix.length()), tensor);
          }
        });
    return part;
  }
}
