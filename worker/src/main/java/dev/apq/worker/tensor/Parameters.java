package dev.apq.worker.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.apq.core.artifact.FloatTensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The named weights of a network, in native memory until closed.
 *
 * <p>All weights lie one after the other in a single array, of which the named ones are views: what
 * is done to every weight alike, as by an optimizer, takes one call instead of one per weight.
 */
public final class Parameters implements AutoCloseable {
  private final NDManager manager;
  private final NDArray values;
  private final Map<String, NDArray> arrays = new LinkedHashMap<>();
  private final NDArray gradients;

  private Parameters(Map<String, Shape> shapes, NDArray values, NDManager manager) {
    this.manager = manager;
    this.values = values;
    this.gradients = manager.zeros(values.getShape());
    long from = 0;
    for (Map.Entry<String, Shape> entry : shapes.entrySet()) {
      long to = from + entry.getValue().size();
      try (NDArray slice = values.get(new NDIndex().addSliceDim(from, to))) {
        arrays.put(entry.getKey(), slice.reshape(entry.getValue()));
      }
      from = to;
    }
  }

  /** Copies tensors into native memory, below {@code parent}. */
  public static Parameters of(Map<String, FloatTensor> tensors, NDManager parent) {
    // One order wherever the tensors come from: the last bits of a sum over all depend on it.
    Map<String, FloatTensor> sorted = new TreeMap<>(tensors);
    Map<String, Shape> shapes = new LinkedHashMap<>();
    sorted.forEach((name, tensor) -> shapes.put(name, shape(tensor.shape())));
    long size = shapes.values().stream().mapToLong(Shape::size).sum();
    float[] data = new float[Math.toIntExact(size)];
    int next = 0;
    for (FloatTensor tensor : sorted.values()) {
      System.arraycopy(tensor.data(), 0, data, next, tensor.data().length);
      next += tensor.data().length;
    }
    NDManager manager = parent.newSubManager();
    return new Parameters(shapes, manager.create(data), manager);
  }

  /** Copies arrays, below {@code parent}. */
  public static Parameters copyOf(Map<String, NDArray> arrays, NDManager parent) {
    Map<String, FloatTensor> tensors = new LinkedHashMap<>();
    arrays.forEach((name, array) -> tensors.put(name, tensor(array)));
    return of(tensors, parent);
  }

  /** As many zeros, in the same shapes. */
  public Parameters zeros(NDManager parent) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    arrays.forEach((name, array) -> shapes.put(name, array.getShape()));
    NDManager own = parent.newSubManager();
    return new Parameters(shapes, own.zeros(values.getShape()), own);
  }

  /** Owner of the weights; what is attached to it lives as long as they do. */
  public NDManager manager() {
    return manager;
  }

  /** A scope for temporary arrays beside the weights; to be closed by the caller. */
  public NDManager scope() {
    return manager.newSubManager();
  }

  /**
   * Lets gradients be collected for every weight.
   *
   * <p>The engine keeps the first gradient that reaches a weight and adds later ones to it. So a
   * first backward pass through the joined weights, which hands them slices of {@link
   * #gradients()}, makes the gradients of all weights a single array.
   */
  public void requireGradients() {
    if (arrays.isEmpty()) {
      return;
    }
    arrays.values().forEach(array -> array.setRequiresGradient(true));
    gradients.subi(gradients);
    boolean recording = JniUtils.isGradMode();
    JniUtils.setGradMode(true);
    try (NDManager scope = scope()) {
      NDList parts = new NDList();
      arrays.values().forEach(array -> parts.add(array.reshape(-1)));
      parts.add(scope.zeros(new Shape(0))); // a list of one array would be copied, not joined
      parts.attach(scope);
      NDArray joined = NDArrays.concat(parts);
      JniUtils.backward((PtNDArray) joined, (PtNDArray) gradients, false, false);
    } finally {
      JniUtils.setGradMode(recording);
    }
  }

  /** All weights, one after the other by name; changing them changes the named ones. */
  NDArray values() {
    return values;
  }

  /** The collected gradients, in the order of {@link #values()}; changing them changes those. */
  NDArray gradients() {
    return gradients;
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

  /**
   * Replaces the values of a weight. (An array's own {@code set} would give it memory apart from
   * that of the others.)
   *
   * @param data row-major
   */
  public void set(String name, float[] data) {
    Shape shape = get(name).getShape();
    if (shape.size() != data.length) {
      throw new IllegalArgumentException(
          data.length + " values do not fill '" + name + "' of shape " + shape);
    }
    long from = 0;
    for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
      if (entry.getKey().equals(name)) {
        break;
      }
      from += entry.getValue().size();
    }
    try (NDArray replacement = manager.create(data)) {
      values.set(new NDIndex().addSliceDim(from, from + data.length), replacement);
    }
  }

  /** All weights by name, in the order of their names. */
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
