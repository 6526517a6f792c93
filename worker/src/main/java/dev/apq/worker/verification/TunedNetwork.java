package dev.apq.worker.verification;

import ai.djl.ndarray.NDManager;
import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Safetensors;
import dev.apq.core.contract.Quantizer;
import dev.apq.core.policy.Policy;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.quantization.FakeQuantization;
import dev.apq.worker.quantization.Grid;
import dev.apq.worker.supernet.ElasticNetwork;
import dev.apq.worker.tensor.Parameters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A fine-tuned subnet outside of native memory: all that its accuracy depends on.
 *
 * @param weights of the extracted subnet, by name
 * @param grids of weights and layer inputs, by name
 */
public record TunedNetwork(Map<String, FloatTensor> weights, Map<String, Grid> grids) {
  /** Name of the file that holds one. */
  public static final String FILE_NAME = "network.safetensors";

  private static final long MAX_BYTES = 4L << 30;
  private static final String THRESHOLDS = "quantizer.thresholds.";
  private static final String GRID = "quantizer.grid.";
  private static final int MAX_BITS = 8;

  /** Copies the maps. */
  public TunedNetwork {
    weights = new LinkedHashMap<>(weights);
    grids = new LinkedHashMap<>(grids);
  }

  /** A copy of a network and its quantizers as they are now. */
  static TunedNetwork of(ElasticNetwork network, FakeQuantization quantizers) {
    return new TunedNetwork(network.parameters().toTensors(), quantizers.grids());
  }

  /** The network in native memory, below {@code parent}. */
  public ElasticNetwork network(SearchSpace space, NDManager parent) {
    return new ElasticNetwork(space, Parameters.of(weights, parent));
  }

  /** Its quantizers. */
  public FakeQuantization quantizers(Policy policy, Quantizer quantizer) {
    FakeQuantization quantizers =
        new FakeQuantization(Objects.requireNonNull(policy.quantization()), quantizer);
    quantizers.adopt(grids);
    return quantizers;
  }

  /** Writes weights, thresholds, and bit width and sign of each grid. */
  public void write(Path file) throws IOException {
    Map<String, FloatTensor> tensors = new LinkedHashMap<>(weights);
    grids.forEach(
        (name, grid) -> {
          float[] thresholds = grid.thresholds();
          tensors.put(
              THRESHOLDS + name, new FloatTensor(new int[] {thresholds.length}, thresholds));
          float[] kind = {grid.bits(), grid.signed() ? 1 : 0};
          tensors.put(GRID + name, new FloatTensor(new int[] {kind.length}, kind));
        });
    Safetensors.write(file, tensors);
  }

  /**
   * Reads a file that {@link #write} made.
   *
   * @throws InvalidArtifactException if it is malformed
   */
  public static TunedNetwork read(Path file) throws IOException {
    Map<String, FloatTensor> weights = new LinkedHashMap<>();
    Map<String, float[]> thresholds = new LinkedHashMap<>();
    Map<String, float[]> kinds = new HashMap<>();
    Safetensors.read(file, MAX_BYTES)
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(THRESHOLDS)) {
                thresholds.put(name.substring(THRESHOLDS.length()), tensor.data());
              } else if (name.startsWith(GRID)) {
                kinds.put(name.substring(GRID.length()), tensor.data());
              } else {
                weights.put(name, tensor);
              }
            });
    Map<String, Grid> grids = new LinkedHashMap<>();
    for (Map.Entry<String, float[]> entry : thresholds.entrySet()) {
      grids.put(entry.getKey(), grid(file, entry, kinds.get(entry.getKey())));
    }
    return new TunedNetwork(weights, grids);
  }

  private static Grid grid(
      Path file, Map.Entry<String, float[]> thresholds, float @Nullable [] kind)
      throws InvalidArtifactException {
    boolean positive = thresholds.getValue().length > 0;
    for (float threshold : thresholds.getValue()) {
      positive &= threshold > 0 && Float.isFinite(threshold);
    }
    if (!positive
        || kind == null
        || kind.length != 2
        || kind[0] != (int) kind[0]
        || kind[0] < 2
        || kind[0] > MAX_BITS) {
      throw new InvalidArtifactException(
          file + ": the quantizer of " + thresholds.getKey() + " is malformed");
    }
    int bits = (int) kind[0];
    return kind[1] == 0 || thresholds.getValue().length == 1
        ? Grid.perTensor(thresholds.getValue()[0], bits, kind[1] != 0)
        : Grid.perChannel(thresholds.getValue(), bits);
  }
}
