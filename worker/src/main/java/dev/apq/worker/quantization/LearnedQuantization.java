package dev.apq.worker.quantization;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.apq.core.artifact.FloatTensor;
import dev.apq.worker.supernet.Layer;
import dev.apq.worker.supernet.Precision;
import dev.apq.worker.tensor.Parameters;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Quantization whose thresholds move while a network is trained.
 *
 * <p>A threshold is its calibrated value times {@code e^p}, and {@code p} is what is learned (in
 * the log domain: Jain et al., MLSys 2020). So it stays above zero, and an optimizer whose steps do
 * not follow the size of the gradient, such as Adam, moves small and large thresholds by the same
 * proportion. The gradient scale of LSQ does that for plain gradient descent; in Adam it cancels.
 */
public final class LearnedQuantization implements Precision, AutoCloseable {
  private final FakeQuantization quantization;
  private final Scheme.Learned learned;
  private final Map<String, Grid> calibrated;
  private final Parameters exponents;

  /**
   * @param calibrated the grids whose thresholds are learned, by name
   */
  LearnedQuantization(
      FakeQuantization quantization,
      Scheme.Learned learned,
      Map<String, Grid> calibrated,
      NDManager parent) {
    this.quantization = quantization;
    this.learned = learned;
    this.calibrated = calibrated;
    Map<String, FloatTensor> zeros = new LinkedHashMap<>();
    calibrated.forEach((name, grid) -> zeros.put(name, zeros(grid.thresholds().length)));
    this.exponents = Parameters.of(zeros, parent);
    exponents.requireGradients();
  }

  private static FloatTensor zeros(int count) {
    return new FloatTensor(new int[] {count}, new float[count]);
  }

  /** The learned exponents {@code p}, for an optimizer; none if the quantizer learns none. */
  public Parameters exponents() {
    return exponents;
  }

  /** Makes the thresholds learned so far those of the {@link FakeQuantization} itself. */
  public void settle() {
    Map<String, Grid> grids = new LinkedHashMap<>();
    calibrated.forEach(
        (name, grid) -> {
          float[] thresholds = grid.thresholds();
          float[] powers = exponents.get(name).toFloatArray();
          for (int i = 0; i < thresholds.length; i++) {
            thresholds[i] *= (float) StrictMath.exp(powers[i]);
          }
          grids.put(name, grid.at(thresholds));
        });
    quantization.adopt(grids);
  }

  @Override
  public NDArray weight(Layer layer, NDArray weight) {
    return quantize(FakeQuantization.weightOf(layer), weight);
  }

  @Override
  public NDArray input(Layer layer, NDArray input) {
    return layer.role() == Layer.Role.STEM
        ? input
        : quantize(FakeQuantization.inputOf(layer), input);
  }

  private NDArray quantize(String name, NDArray values) {
    Grid start = calibrated.get(name);
    if (start == null) {
      return quantization.grid(name).quantizeStraightThrough(values);
    }
    NDArray learnedExponents = exponents.get(name);
    return learned == Scheme.Learned.STEP_SIZES
        ? start.quantizeLearningStep(values, learnedExponents)
        : start.quantizeLearningClip(values, learnedExponents);
  }

  @Override
  public void close() {
    exponents.close();
  }
}
