package dev.apq.worker.quantization;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.apq.core.contract.Quantizer;
import dev.apq.core.policy.Architecture;
import dev.apq.core.policy.Quantization;
import dev.apq.worker.data.Batch;
import dev.apq.worker.supernet.ElasticNetwork;
import dev.apq.worker.supernet.Layer;
import dev.apq.worker.supernet.Normalizer;
import dev.apq.worker.supernet.Precision;
import dev.apq.worker.supernet.SupernetTraining;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Rounds weights and activations to the grids of a policy, in floating point (APQ, section 3; HAQ,
 * Wang et al., CVPR 2019): symmetric weights, unsigned activations behind a ReLU6 and signed ones
 * behind a linear bottleneck.
 *
 * <p>Thresholds come from a calibration pass, in which each layer sees inputs that the layers
 * before it already quantize.
 */
public final class FakeQuantization {
  private static final int SAMPLE = 1 << 16;
  private static final String INPUT = ".input";

  private final BitAssignment bits;
  private final Scheme scheme;
  private final ClipSearch search;
  private final Map<String, Grid> grids = new LinkedHashMap<>();

  public FakeQuantization(Quantization quantization, Quantizer quantizer) {
    this.bits = new BitAssignment(quantization);
    this.scheme = Scheme.of(quantizer);
    this.search = new ClipSearch(scheme.criterion());
  }

  /** Chooses every threshold from what a subnet does with a batch. */
  public void calibrate(ElasticNetwork network, Architecture architecture, Batch batch) {
    try (NDManager scope = network.parameters().scope()) {
      NDArray images = SupernetTraining.images(batch, scope);
      network.logits(architecture, images, calibrating(), Normalizer.batchStatistics());
    }
  }

  /** Chooses every threshold from what passes through, and quantizes with it. */
  public Precision calibrating() {
    return new Precision() {
      @Override
      public NDArray weight(Layer layer, NDArray weight) {
        Grid grid = weightGrid(weight, bits.weightBits(layer));
        grids.put(weightOf(layer), grid);
        return grid.quantize(weight);
      }

      @Override
      public NDArray input(Layer layer, NDArray input) {
        if (layer.role() == Layer.Role.STEM) {
          return input;
        }
        boolean signed = layer.signedInput();
        int width = bits.inputBits(layer);
        Grid grid = Grid.perTensor(search.threshold(sample(input), width, signed), width, signed);
        grids.put(inputOf(layer), grid);
        return grid.quantize(input);
      }
    };
  }

  /** Quantizes with the thresholds as they are. */
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

  /**
   * Quantizes for training: gradients pass, and reach the thresholds that the quantizer learns.
   *
   * @param parent owner of the learned thresholds
   * @throws IllegalStateException before calibration
   */
  public LearnedQuantization learning(NDManager parent) {
    if (grids.isEmpty()) {
      throw new IllegalStateException("thresholds can be learned once they are calibrated");
    }
    Map<String, Grid> calibrated = new LinkedHashMap<>(grids);
    switch (scheme.learned()) {
      case NOTHING -> calibrated.clear();
      case ACTIVATION_CLIPS -> calibrated.keySet().removeIf(name -> !name.endsWith(INPUT));
      case STEP_SIZES -> {}
    }
    return new LearnedQuantization(this, scheme.learned(), calibrated, parent);
  }

  /** Whether fine-tuning learns thresholds, so that calibrating again would lose them. */
  public boolean learnsThresholds() {
    return scheme.learned() != Scheme.Learned.NOTHING;
  }

  /** The grid of a layer's weights: one scale, or one for each output channel. */
  public Grid weightGrid(Layer layer) {
    return grid(weightOf(layer));
  }

  /** The grid of a layer's input, with one scale; {@link Layer.Role#STEM} has none. */
  public Grid inputGrid(Layer layer) {
    return grid(inputOf(layer));
  }

  static String weightOf(Layer layer) {
    return layer.name() + ".weight";
  }

  static String inputOf(Layer layer) {
    return layer.name() + INPUT;
  }

  Grid grid(String name) {
    Grid grid = grids.get(name);
    if (grid == null) {
      throw new IllegalStateException(name + " was not calibrated");
    }
    return grid;
  }

  /** The grids of all weights and inputs as they are now, by name. */
  public Map<String, Grid> grids() {
    return new LinkedHashMap<>(grids);
  }

  /** Replaces grids: by learned ones, or by those of an earlier moment. */
  public void adopt(Map<String, Grid> others) {
    grids.putAll(others);
  }

  private Grid weightGrid(NDArray weight, int width) {
    if (!scheme.perChannel()) {
      return Grid.perTensor(search.threshold(sample(weight), width, true), width, true);
    }
    float[] values = weight.toFloatArray();
    float[] thresholds = new float[Math.toIntExact(weight.getShape().get(0))];
    int size = values.length / thresholds.length;
    for (int channel = 0; channel < thresholds.length; channel++) {
      float[] own = Arrays.copyOfRange(values, channel * size, (channel + 1) * size);
      thresholds[channel] = search.threshold(own, width, true);
    }
    return Grid.perChannel(thresholds, width);
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
