package dev.apq.worker.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import dev.apq.core.contract.Quantizer;
import dev.apq.core.policy.Architecture;
import dev.apq.core.policy.Quantization;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.supernet.ElasticNetwork;
import dev.apq.worker.supernet.Layer;
import dev.apq.worker.supernet.NetworkLayout;
import dev.apq.worker.supernet.Normalizer;
import dev.apq.worker.supernet.Precision;
import dev.apq.worker.supernet.Subnets;
import dev.apq.worker.supernet.TinySpaces;
import dev.apq.worker.tensor.Parameters;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the quantized forward pass computes in floats is what hardware computes in 32-bit integers
 * on the levels, times the scales.
 */
class IntegerExactnessTest {
  private static final int SIZE = 5;
  private static final int CHANNELS = 24;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  static Stream<Arguments> quantizersAndBits() {
    return Stream.of(Quantizer.values())
        .flatMap(
            quantizer ->
                Stream.of(new int[] {4, 4}, new int[] {4, 8}, new int[] {6, 6}, new int[] {8, 8})
                    .map(bits -> Arguments.of(quantizer, bits[0], bits[1])));
  }

  @ParameterizedTest
  @MethodSource("quantizersAndBits")
  void pointwise(Quantizer quantizer, int weightBits, int activationBits) {
    FakeQuantization quantization = quantization(quantizer, weightBits, activationBits, 8, 8);
    NDArray weight = random(1, new Shape(8, CHANNELS, 1, 1), true);
    for (boolean signed : new boolean[] {true, false}) {
      Layer layer = new Layer("pointwise." + signed, Layer.Role.POINTWISE, 0, signed);
      assertConvolutionIsExact(quantization, layer, image(signed), weight, 1);
    }
  }

  @ParameterizedTest
  @MethodSource("quantizersAndBits")
  void depthwise(Quantizer quantizer, int weightBits, int activationBits) {
    FakeQuantization quantization = quantization(quantizer, 8, 8, weightBits, activationBits);
    Layer layer = new Layer("depthwise", Layer.Role.DEPTHWISE, 0, false);
    NDArray weight = random(2, new Shape(CHANNELS, 1, 3, 3), true);
    assertConvolutionIsExact(quantization, layer, image(false), weight, CHANNELS);
  }

  /** The classifier of a whole network, whose sums are what the network returns. */
  @ParameterizedTest
  @EnumSource(Quantizer.class)
  void classifierOfANetwork(Quantizer quantizer) {
    SearchSpace space = TinySpaces.digits();
    Architecture architecture = new Subnets(space).smallest();
    Parameters parameters =
        Parameters.of(NetworkLayout.initialWeights(space, RandomStream.of(5)), manager);
    ElasticNetwork network = new ElasticNetwork(space, parameters);
    NDArray images = random(3, new Shape(6, 1, 8, 8), true);
    FakeQuantization quantization =
        new FakeQuantization(Quantization.uniform(architecture.activeBlocks(), 4), quantizer);
    network.logits(architecture, images, quantization.calibrating(), Normalizer.batchStatistics());
    Map<String, NDArray> inputs = new HashMap<>();
    Precision frozen = quantization.frozen();
    Precision watching =
        new Precision() {
          @Override
          public NDArray weight(Layer layer, NDArray weight) {
            return frozen.weight(layer, weight);
          }

          @Override
          public NDArray input(Layer layer, NDArray input) {
            NDArray kept = input.duplicate();
            kept.attach(manager);
            inputs.put(layer.name(), kept);
            return frozen.input(layer, input);
          }
        };
    float[] logits =
        network.logits(architecture, images, watching, Normalizer.batchStatistics()).toFloatArray();
    Layer layer = new Layer("classifier", Layer.Role.FIXED, -1, false);
    Grid inputGrid = quantization.inputGrid(layer);
    Grid weightGrid = quantization.weightGrid(layer);
    NDArray input = Objects.requireNonNull(inputs.get("classifier"));
    int[] sums =
        IntegerArithmetic.linear(
            integers(inputGrid.levels(input)),
            integers(weightGrid.levels(parameters.get("classifier.weight"))),
            space.headChannels());
    float[] bias = parameters.get("classifier.bias").toFloatArray();
    for (int i = 0; i < logits.length; i++) {
      int out = i % space.classes();
      double scale = scale(inputGrid, weightGrid, out);
      assertThat((logits[i] - bias[out]) / scale).isCloseTo(sums[i], within(0.05));
    }
  }

  private void assertConvolutionIsExact(
      FakeQuantization quantization, Layer layer, NDArray input, NDArray weight, int groups) {
    quantization.calibrating().weight(layer, weight);
    quantization.calibrating().input(layer, input);
    Precision frozen = quantization.frozen();
    long pad = weight.getShape().get(2) / 2;
    float[] fake =
        Conv2d.conv2d(
                frozen.input(layer, input),
                frozen.weight(layer, weight),
                null,
                new Shape(1, 1),
                new Shape(pad, pad),
                new Shape(1, 1),
                groups)
            .singletonOrThrow()
            .toFloatArray();
    Grid inputGrid = quantization.inputGrid(layer);
    Grid weightGrid = quantization.weightGrid(layer);
    int[] sums =
        IntegerArithmetic.convolve(
            integers(inputGrid.levels(input)),
            integers(weightGrid.levels(weight)),
            weight.getShape(),
            SIZE,
            groups);
    assertThat(fake).hasSameSizeAs(sums);
    for (int i = 0; i < fake.length; i++) {
      double scale = scale(inputGrid, weightGrid, i / (SIZE * SIZE));
      assertThat(fake[i] / scale).isCloseTo(sums[i], within(0.05));
    }
  }

  private static double scale(Grid input, Grid weight, int outputChannel) {
    float[] scales = weight.scales();
    return (double) input.scales()[0] * scales[scales.length == 1 ? 0 : outputChannel];
  }

  private static FakeQuantization quantization(
      Quantizer quantizer,
      int pointwiseWeight,
      int pointwiseActivation,
      int depthwiseWeight,
      int depthwiseActivation) {
    return new FakeQuantization(
        new Quantization(
            List.of(pointwiseWeight),
            List.of(pointwiseActivation),
            List.of(depthwiseWeight),
            List.of(depthwiseActivation)),
        quantizer);
  }

  private NDArray image(boolean signed) {
    return random(4, new Shape(1, CHANNELS, SIZE, SIZE), signed);
  }

  /** Gaussian values whose deviation differs between indices of the first axis. */
  private NDArray random(long seed, Shape shape, boolean signed) {
    RandomStream random = RandomStream.of(seed, shape.size());
    float[] data = new float[(int) shape.size()];
    int perIndex = data.length / (int) shape.get(0);
    for (int i = 0; i < data.length; i++) {
      double value = random.nextGaussian() * (1 + i / perIndex % 3);
      data[i] = (float) (signed ? value : Math.max(0, value));
    }
    return manager.create(data, shape);
  }

  private static int[] integers(NDArray levels) {
    float[] values = levels.toFloatArray();
    int[] integers = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      integers[i] = Math.round(values[i]);
      assertThat((float) integers[i]).isEqualTo(values[i]);
    }
    return integers;
  }
}
