package dev.apq.worker.export;

import dev.apq.core.artifact.ByteTensor;
import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.Safetensors;
import dev.apq.core.cost.LayerShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The tensors of {@code model.safetensors}. For each layer: {@code weight} before rounding, {@code
 * weight.levels} and {@code weight.scale} (of the tensor or of each output channel), {@code
 * input.scale}, {@code bn.gamma}, {@code bn.beta}, {@code bn.mean} and {@code bn.variance} or, for
 * the classifier, {@code bias}.
 */
final class ModelTensors {
  private final Map<String, FloatTensor> floats = new TreeMap<>();
  private final Map<String, ByteTensor> levels = new TreeMap<>();

  private ModelTensors(FrozenNetwork network) {
    network.layers().forEach(this::add);
  }

  static void write(FrozenNetwork network, Path file, Map<String, String> metadata)
      throws IOException {
    ModelTensors tensors = new ModelTensors(network);
    Safetensors.write(file, tensors.floats, tensors.levels, metadata);
  }

  private void add(FrozenLayer layer) {
    LayerShape shape = layer.shape();
    int kernel = shape.kernelSize();
    int[] extents = {shape.outChannels(), shape.inChannels() / shape.groups(), kernel, kernel};
    String name = layer.name();
    floats.put(name + ".weight", new FloatTensor(extents, layer.weights().values()));
    levels.put(name + ".weight.levels", new ByteTensor(extents, layer.weights().levels()));
    vector(name + ".weight.scale", layer.weights().scales());
    InputGrid input = layer.input();
    if (input != null) {
      vector(name + ".input.scale", input.scale());
    }
    if (layer.affine() instanceof FrozenLayer.BatchNormalization normalization) {
      vector(name + ".bn.gamma", normalization.gamma());
      vector(name + ".bn.beta", normalization.beta());
      vector(name + ".bn.mean", normalization.mean());
      vector(name + ".bn.variance", normalization.variance());
    } else if (layer.affine() instanceof FrozenLayer.Bias bias) {
      vector(name + ".bias", bias.values());
    }
  }

  private void vector(String name, float... values) {
    floats.put(name, new FloatTensor(new int[] {values.length}, values));
  }
}
