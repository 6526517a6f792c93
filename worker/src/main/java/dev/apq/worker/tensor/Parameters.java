package dev.apq.worker.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.apq.core.artifact.FloatTensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The named weights of a network, in native memory until closed. */
public final class Parameters implements AutoCloseable {
  private final NDManager manager;
  private final Map<String, NDArray> arrays = new LinkedHashMap<>();

  private Parameters(NDManager manager) {
    this.manager = manager;
  }

  /** Copies tensors into native memory, below {@code parent}. */
  public static Parameters of(Map<String, FloatTensor> tensors, NDManager parent) {
    Parameters parameters = new Parameters(parent.newSubManager());
    tensors.forEach(
        (name, tensor) ->
            parameters.arrays.put(
                name, parameters.manager.create(tensor.data(), shape(tensor.shape()))));
    return parameters;
  }

  /** Copies arrays, below {@code parent}. */
  public static Parameters copyOf(Map<String, NDArray> arrays, NDManager parent) {
    Parameters parameters = new Parameters(parent.newSubManager());
    arrays.forEach(
        (name, array) -> {
          NDArray copy = array.duplicate();
          copy.attach(parameters.manager);
          parameters.arrays.put(name, copy);
        });
    return parameters;
  }

  /** As many zeros, in the same shapes. */
  public Parameters zeros(NDManager parent) {
    Parameters zeros = new Parameters(parent.newSubManager());
    arrays.forEach((name, array) -> zeros.arrays.put(name, zeros.manager.zeros(array.getShape())));
    return zeros;
  }

  /** Owner of the weights; what is attached to it lives as long as they do. */
  public NDManager manager() {
    return manager;
  }

  /** A scope for temporary arrays beside the weights; to be closed by the caller. */
  public NDManager scope() {
    return manager.newSubManager();
  }

  /** Lets gradients be collected for every weight. */
  public void requireGradients() {
    arrays.values().forEach(array -> array.setRequiresGradient(true));
  }

  /**
   * The weight of that name; owned by this object.
   *
   * @throws IllegalArgumentException if there is none
   */
  public NDArray get(String name) {
    NDArray array = arrays.get(name);
    if (array == null) {
      throw new IllegalArgumentException("the network has no weight '" + name + "'");
    }
    return array;
  }

  /** All weights by name, in network order. */
  public Map<String, NDArray> all() {
    return Collections.unmodifiableMap(arrays);
  }

  /** Copies of all weights. */
  public Map<String, FloatTensor> toTensors() {
    Map<String, FloatTensor> tensors = new LinkedHashMap<>();
    arrays.forEach((name, array) -> tensors.put(name, tensor(array)));
    return tensors;
  }

  /** A copy of an array. */
  private static FloatTensor tensor(NDArray array) {
    long[] extents = array.getShape().getShape();
    int[] shape = new int[extents.length];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = Math.toIntExact(extents[i]);
    }
    return new FloatTensor(shape, array.toFloatArray());
  }

  private static Shape shape(int[] extents) {
    long[] shape = new long[extents.length];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = extents[i];
    }
    return new Shape(shape);
  }

  @Override
  public void close() {
    manager.close();
  }
}
