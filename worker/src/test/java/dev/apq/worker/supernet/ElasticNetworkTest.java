package dev.apq.worker.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.GradientCollector;
import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.contract.ElasticDimension;
import dev.apq.core.policy.Architecture;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.BlockSpace;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.tensor.Parameters;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ElasticNetworkTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  static Stream<SearchSpace> spaces() {
    return Stream.of(TinySpaces.digits(), TinySpaces.withFirstBlock());
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void everySubnetGivesOneScoreForEachClass(SearchSpace space) {
    ElasticNetwork network = network(space, 1);
    NDArray images = images(space, 3);
    for (Architecture architecture : architectures(space)) {
      NDArray logits = batchLogits(network, architecture, images);
      assertThat(logits.getShape()).isEqualTo(new Shape(3, space.classes()));
      assertThat(logits.toFloatArray()).doesNotContain(Float.NaN);
    }
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void anExtractedSubnetGivesTheSameLogits(SearchSpace space) {
    ElasticNetwork network = network(space, 2);
    NDArray images = images(space, 5);
    for (Architecture architecture : architectures(space)) {
      ElasticNetwork own = Extraction.extract(network, architecture, manager);
      assertThat(batchLogits(own, architecture, images).toFloatArray())
          .containsExactly(
              batchLogits(network, architecture, images).toFloatArray(), within(1e-5f));
    }
  }

  @Test
  void anExtractedSubnetHoldsOnlyWhatItUses() {
    SearchSpace space = TinySpaces.digits();
    ElasticNetwork network = network(space, 3);
    Architecture smallest = new Subnets(space).smallest();
    Parameters own = Extraction.extract(network, smallest, manager).parameters();
    assertThat(own.all()).containsKey("blocks.0.expand.weight");
    assertThat(own.all().keySet()).noneMatch(name -> name.startsWith("blocks.1."));
    assertThat(own.all().keySet()).noneMatch(name -> name.contains(".kernel"));
    assertThat(own.get("blocks.0.depthwise.weight").getShape()).isEqualTo(new Shape(8, 1, 3, 3));
    assertThat(own.get("blocks.2.project.weight").getShape()).isEqualTo(new Shape(12, 8, 1, 1));
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void agreesWithAPlainForwardPassInChannelsSecondOrder(SearchSpace space) {
    ElasticNetwork network = network(space, 4);
    NDArray images = images(space, 4);
    for (Architecture architecture : architectures(space)) {
      ElasticNetwork own = Extraction.extract(network, architecture, manager);
      NDArray expected = new PlainForward(own).logits(architecture, images);
      assertThat(batchLogits(network, architecture, images).toFloatArray())
          .containsExactly(expected.toFloatArray(), within(2e-4f));
    }
  }

  @Test
  void gradientsReachExactlyTheSlicesInUse() {
    SearchSpace space = TinySpaces.digits();
    ElasticNetwork network = network(space, 5);
    network.parameters().requireGradients();
    NDArray images = images(space, 4);
    try (GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
      NDArray logits = batchLogits(network, new Subnets(space).smallest(), images);
      gradients.backward(logits.square().sum());
    }
    float[] expand =
        network.parameters().get("blocks.0.expand.weight").getGradient().toFloatArray();
    int inputs = 8;
    int width = 8;
    assertThat(slice(expand, 0, width * inputs)).anyMatch(value -> value != 0);
    assertThat(slice(expand, width * inputs, expand.length)).allMatch(value -> value == 0);
    float[] unused =
        network.parameters().get("blocks.1.expand.weight").getGradient().toFloatArray();
    assertThat(slice(unused, 0, unused.length)).allMatch(value -> value == 0);
    float[] transform =
        network.parameters().get("blocks.0.depthwise.kernel7to5").getGradient().toFloatArray();
    assertThat(slice(transform, 0, transform.length)).anyMatch(value -> value != 0);
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void gradientsAgreeWithFiniteDifferences(SearchSpace space) {
    Map<String, FloatTensor> weights = weights(space, 6);
    NDArray images = images(space, 4);
    Architecture architecture =
        new Subnets(space).random(EnumSet.allOf(ElasticDimension.class), RandomStream.of(6));
    for (String name :
        new String[] {
          "stem.weight",
          "blocks.0.expand.weight",
          "blocks.0.depthwise.weight",
          "blocks.0.project.bn.gamma",
          "head.weight",
          "classifier.bias"
        }) {
      ElasticNetwork network = new ElasticNetwork(space, Parameters.of(weights, manager));
      network.parameters().requireGradients();
      try (GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
        gradients.backward(loss(network, architecture, images));
      }
      float[] gradient = network.parameters().get(name).getGradient().toFloatArray();
      double[] direction = direction(gradient);
      double step = 2e-3;
      double slope =
          (loss(shifted(space, weights, name, direction, step), architecture, images).getFloat()
                  - loss(shifted(space, weights, name, direction, -step), architecture, images)
                      .getFloat())
              / (2 * step);
      double norm = norm(gradient);
      assertThat(slope).as(name).isCloseTo(norm, within(0.05 * norm + 1e-3));
    }
  }

  private static double[] direction(float[] gradient) {
    double norm = norm(gradient);
    double[] direction = new double[gradient.length];
    for (int i = 0; i < direction.length; i++) {
      direction[i] = gradient[i] / norm;
    }
    return direction;
  }

  private static double norm(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }

  private ElasticNetwork shifted(
      SearchSpace space,
      Map<String, FloatTensor> weights,
      String name,
      double[] direction,
      double step) {
    Map<String, FloatTensor> shifted = new HashMap<>(weights);
    float[] data = weights.get(name).data().clone();
    for (int i = 0; i < data.length; i++) {
      data[i] += (float) (step * direction[i]);
    }
    shifted.put(name, new FloatTensor(weights.get(name).shape(), data));
    return new ElasticNetwork(space, Parameters.of(shifted, manager));
  }

  private static NDArray loss(ElasticNetwork network, Architecture architecture, NDArray images) {
    int[] labels = new int[(int) images.getShape().get(0)];
    NDArray targets = Losses.targets(images.getManager(), labels, network.space().classes(), 0.1f);
    return Losses.crossEntropy(batchLogits(network, architecture, images), targets);
  }

  private static Float[] slice(float[] values, int from, int to) {
    Float[] slice = new Float[to - from];
    for (int i = from; i < to; i++) {
      slice[i - from] = values[i];
    }
    return slice;
  }

  private static NDArray batchLogits(
      ElasticNetwork network, Architecture architecture, NDArray images) {
    return network.logits(architecture, images, Precision.FULL, Normalizer.batchStatistics());
  }

  private static Architecture[] architectures(SearchSpace space) {
    Subnets subnets = new Subnets(space);
    Architecture[] architectures = new Architecture[8];
    architectures[0] = subnets.smallest();
    architectures[1] = subnets.largest();
    for (int i = 2; i < architectures.length; i++) {
      architectures[i] =
          subnets.random(EnumSet.allOf(ElasticDimension.class), RandomStream.of(7, i));
    }
    return architectures;
  }

  private ElasticNetwork network(SearchSpace space, long seed) {
    return new ElasticNetwork(space, Parameters.of(weights(space, seed), manager));
  }

  /** Initial weights, with every gamma away from zero so that no branch is silent. */
  private static Map<String, FloatTensor> weights(SearchSpace space, long seed) {
    Map<String, FloatTensor> weights = NetworkLayout.initialWeights(space, RandomStream.of(seed));
    RandomStream random = RandomStream.of(seed, 1);
    Map<String, FloatTensor> shifted = new HashMap<>(weights);
    weights.forEach(
        (name, tensor) -> {
          if (name.endsWith(".gamma") || name.contains(".kernel")) {
            float[] data = tensor.data().clone();
            for (int i = 0; i < data.length; i++) {
              data[i] += (float) (0.5 + 0.2 * random.nextGaussian());
            }
            shifted.put(name, new FloatTensor(tensor.shape(), data));
          }
        });
    return shifted;
  }

  private NDArray images(SearchSpace space, int count) {
    RandomStream random = RandomStream.of(9);
    int pixels = space.inputChannels() * space.resolution() * space.resolution();
    float[] data = new float[count * pixels];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) random.nextGaussian();
    }
    return manager.create(
        data, new Shape(count, space.inputChannels(), space.resolution(), space.resolution()));
  }

  /** The same network written down independently, over weights of exactly its size. */
  private record PlainForward(ElasticNetwork network) {
    NDArray logits(Architecture architecture, NDArray images) {
      SearchSpace space = network.space();
      NDArray x = conv("stem", images, space.stem().stride(), 1).clip(0, 6);
      if (space.firstBlock() != null) {
        NDArray y =
            conv("first.depthwise", x, space.firstBlock().stride(), space.stem().channels());
        x = conv("first.project", y.clip(0, 6), 1, 1).add(x);
      }
      int next = 0;
      for (BlockSpace block : space.blocks()) {
        if (block.positionInStage() >= architecture.depths().get(block.stage())) {
          continue;
        }
        String name = "blocks." + block.index();
        int width = architecture.channels().get(next++);
        NDArray y = conv(name + ".expand", x, 1, 1).clip(0, 6);
        y = conv(name + ".depthwise", y, block.stride(), width).clip(0, 6);
        y = conv(name + ".project", y, 1, 1);
        x = block.residual() ? y.add(x) : y;
      }
      x = conv("head", x, 1, 1).clip(0, 6);
      x = x.mean(new int[] {3}).mean(new int[] {2});
      NDArray weight = network.parameters().get("classifier.weight");
      return x.matMul(weight.transpose()).add(network.parameters().get("classifier.bias"));
    }

    private NDArray conv(String name, NDArray x, int stride, int groups) {
      NDArray filter = network.parameters().get(name + ".weight");
      long pad = filter.getShape().get(2) / 2;
      NDArray y =
          Conv2d.conv2d(
                  x,
                  filter,
                  null,
                  new Shape(stride, stride),
                  new Shape(pad, pad),
                  new Shape(1, 1),
                  groups)
              .singletonOrThrow();
      NDArray mean = perChannelMean(y);
      NDArray centred = y.sub(mean);
      NDArray deviation = perChannelMean(centred.square()).add(1e-3f).sqrt();
      Shape channels = new Shape(1, filter.getShape().get(0), 1, 1);
      NDArray gamma = network.parameters().get(name + ".bn.gamma").reshape(channels);
      NDArray beta = network.parameters().get(name + ".bn.beta").reshape(channels);
      return centred.div(deviation).mul(gamma).add(beta);
    }

    private static NDArray perChannelMean(NDArray y) {
      return y.mean(new int[] {0}, true).mean(new int[] {2}, true).mean(new int[] {3}, true);
    }
  }
}
