package dev.apq.worker.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/**
 * The same weights on several devices, for synchronous data-parallel training: each device takes a
 * share of the batch, and the sum of their gradients is that of the whole batch.
 */
public final class Replicas {
  private final List<Parameters> copies = new ArrayList<>();

  /**
   * @param weights on the first device; require gradients
   * @param devices one copy each; the first is {@code weights} itself
   * @param manager owner of the other copies
   */
  public Replicas(Parameters weights, List<Device> devices, NDManager manager) {
    copies.add(weights);
    for (Device device : devices.subList(1, devices.size())) {
      Parameters copy = Parameters.of(weights.toTensors(), manager.newSubManager(device));
      copy.requireGradients();
      copies.add(copy);
    }
  }

  /** Number of devices. */
  public int count() {
    return copies.size();
  }

  /** The weights on a device. */
  public Parameters on(int device) {
    return copies.get(device);
  }

  /**
   * Where the share of a device begins in a batch: shares differ by at most one image. The share of
   * the last device ends where that of the device behind it would begin.
   */
  public int begin(int device, int images) {
    return (int) ((long) images * device / count());
  }

  /** Gives every device the weights of the first. */
  public void spread() {
    for (Parameters copy : others()) {
      copies.get(0).all().forEach((name, weight) -> overwrite(copy.get(name), weight));
    }
  }

  /** Adds the gradients of every device to those of the first and clears the others. */
  public void reduce() {
    for (Parameters copy : others()) {
      copies.get(0).all().forEach((name, weight) -> add(weight, copy.get(name)));
    }
  }

  private List<Parameters> others() {
    return copies.subList(1, copies.size());
  }

  /** Through an alias that records no gradient, since weights must not be changed in place. */
  private static void overwrite(NDArray target, NDArray source) {
    try (NDArray alias = target.stopGradient();
        NDArray detached = source.stopGradient();
        NDArray here = detached.toDevice(target.getDevice(), true)) {
      alias.subi(alias);
      alias.addi(here);
    }
  }

  private static void add(NDArray weight, NDArray copy) {
    try (NDArray sum = weight.getGradient();
        NDArray gradient = copy.getGradient();
        NDArray here = gradient.toDevice(weight.getDevice(), true)) {
      sum.addi(here);
      gradient.subi(gradient);
    }
  }
}
