package dev.apq.worker.quantization;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import dev.apq.core.policy.Quantization;
import dev.apq.worker.supernet.Layer;
import dev.apq.worker.supernet.Precision;
import java.util.HashMap;
import java.util.Map;

/**
 * Rounds weights and activations to the grids of a policy, in floating point (APQ, section 3; HAQ,
 * Wang et al., CVPR 2019): per-tensor symmetric weights, unsigned activations behind a ReLU6 and
 * signed ones behind a linear bottleneck.
 *
 * <p>Thresholds come from a calibration pass, in which each layer sees inputs that the layers
 * before it already quantize.
 */
public final class FakeQuantization {
  private static final int SAMPLE = 1 << 16;

  private final BitAssignment bits;
  private final Map<String, Grid> weightGrids = new HashMap<>();
  private final Map<String, Grid> inputGrids = new HashMap<>();

  public FakeQuantization(Quantization quantization) {
    this.bits = new BitAssignment(quantization);
  }

  /** Chooses every threshold from what passes through, and quantizes with it. */
  public Precision calibrating() {
    return new Precision() {
      @Override
      public NDArray weight(Layer layer, NDArray weight) {
        weightGrids.put(layer.name(), grid(weight, bits.weightBits(layer), true));
        return weightGrid(layer).quantize(weight);
      }

      @Override
      public NDArray input(Layer layer, NDArray input) {
        if (layer.role() == Layer.Role.STEM) {
          return input;
        }
        inputGrids.put(layer.name(), grid(input, bits.inputBits(layer), layer.signedInput()));
        return inputGrid(layer).quantize(input);
      }
    };
  }

  /** Quantizes with the calibrated thresholds. */
  public Precision frozen() {
    return new Precision() {
      @Override
      public NDArray weight(Layer layer, NDArray weight) {
        return weightGrid(layer).quantize(weight);
      }

      @Override
      public NDArray input(Layer layer, NDArray input) {
        return layer.role() == Layer.Role.STEM ? input : inputGrid(layer).quantize(input);
      }
    };
  }

  /** Quantizes with the calibrated thresholds and lets gradients pass. */
  public Precision training() {
    return new Precision() {
      @Override
      public NDArray weight(Layer layer, NDArray weight) {
        return weightGrid(layer).quantizeStraightThrough(weight);
      }

      @Override
      public NDArray input(Layer layer, NDArray input) {
        return layer.role() == Layer.Role.STEM
            ? input
            : inputGrid(layer).quantizeStraightThrough(input);
      }
    };
  }

  /** The calibrated grid of a layer's weights. */
  public Grid weightGrid(Layer layer) {
    return calibrated(weightGrids, layer);
  }

  /** The calibrated grid of a layer's input. */
  public Grid inputGrid(Layer layer) {
    return calibrated(inputGrids, layer);
  }

  private static Grid calibrated(Map<String, Grid> grids, Layer layer) {
    Grid grid = grids.get(layer.name());
    if (grid == null) {
      throw new IllegalStateException(layer.name() + " was not calibrated");
    }
    return grid;
  }

  private static Grid grid(NDArray values, int bits, boolean signed) {
    return new Grid(ClipSearch.threshold(sample(values), bits, signed), bits, signed);
  }

  private static float[] sample(NDArray values) {
    long size = values.size();
    long step = (size + SAMPLE - 1) / SAMPLE;
    try (NDArray flat = values.flatten();
        NDArray some = flat.get(new NDIndex().addSliceDim(0, size, step))) {
      return some.toFloatArray();
    }
  }
}
