package dev.apq.worker.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.contract.ElasticDimension;
import dev.apq.core.policy.Architecture;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.tensor.Parameters;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChannelOrderTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  static SearchSpace[] spaces() {
    return new SearchSpace[] {TinySpaces.digits(), TinySpaces.withFirstBlock()};
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void theWidestSubnetsComputeTheSame(SearchSpace space) {
    ElasticNetwork network = network(space);
    Subnets subnets = new Subnets(space);
    Architecture fullWidth = subnets.with(subnets.smallest(), ElasticDimension.WIDTH, true);
    float[] largest = logits(network, subnets.largest());
    float[] shallow = logits(network, fullWidth);
    float[] narrow = logits(network, subnets.smallest());
    ChannelOrder.byImportance(space, network.parameters()).apply(network.parameters());
    assertThat(logits(network, subnets.largest())).containsExactly(largest, within(1e-4f));
    assertThat(logits(network, fullWidth)).containsExactly(shallow, within(1e-4f));
    assertThat(Arrays.equals(logits(network, subnets.smallest()), narrow)).isFalse();
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void importanceFallsAlongTheChannels(SearchSpace space) {
    Parameters weights = network(space).parameters();
    ChannelOrder.byImportance(space, weights).apply(weights);
    for (int block = 0; block < space.blocks().size(); block++) {
      float[] norms =
          weights
              .get("blocks." + block + ".project.weight")
              .abs()
              .sum(new int[] {0, 2, 3})
              .toFloatArray();
      for (int channel = 1; channel < norms.length; channel++) {
        assertThat(norms[channel]).isLessThanOrEqualTo(norms[channel - 1] + 1e-5f);
      }
    }
  }

  @Test
  void whatIsKeptForAWeightMovesWithIt() {
    SearchSpace space = TinySpaces.digits();
    Parameters weights = network(space).parameters();
    Parameters state = Parameters.copyOf(weights.all(), manager);
    ChannelOrder order = ChannelOrder.byImportance(space, weights);
    order.apply(weights);
    order.apply(state);
    weights
        .all()
        .forEach(
            (name, array) ->
                assertThat(state.get(name).toFloatArray())
                    .as(name)
                    .isEqualTo(array.toFloatArray()));
  }

  @Test
  void weightsThatRequireGradientsCanBeReordered() {
    SearchSpace space = TinySpaces.digits();
    Parameters plain = network(space).parameters();
    Parameters trained = Parameters.copyOf(plain.all(), manager);
    trained.requireGradients();
    ChannelOrder order = ChannelOrder.byImportance(space, plain);
    order.apply(plain);
    order.apply(trained);
    String name = "blocks.0.expand.weight";
    assertThat(trained.get(name).toFloatArray()).isEqualTo(plain.get(name).toFloatArray());
    assertThat(trained.get(name).hasGradient()).isTrue();
  }

  private float[] logits(ElasticNetwork network, Architecture architecture) {
    SearchSpace space = network.space();
    int pixels = space.inputChannels() * space.resolution() * space.resolution();
    RandomStream random = RandomStream.of(9);
    float[] data = new float[4 * pixels];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) random.nextGaussian();
    }
    Shape shape = new Shape(4, space.inputChannels(), space.resolution(), space.resolution());
    try (NDArray images = manager.create(data, shape)) {
      return network
          .logits(architecture, images, Precision.FULL, Normalizer.batchStatistics())
          .toFloatArray();
    }
  }

  private ElasticNetwork network(SearchSpace space) {
    Map<String, FloatTensor> weights =
        new HashMap<>(NetworkLayout.initialWeights(space, RandomStream.of(3)));
    RandomStream random = RandomStream.of(4);
    weights.replaceAll((name, tensor) -> name.contains(".bn.") ? noisy(tensor, random) : tensor);
    return new ElasticNetwork(space, Parameters.of(weights, manager));
  }

  private static FloatTensor noisy(FloatTensor tensor, RandomStream random) {
    float[] data = tensor.data().clone();
    for (int i = 0; i < data.length; i++) {
      data[i] += (float) (0.5 + 0.3 * random.nextGaussian());
    }
    return new FloatTensor(tensor.shape(), data);
  }
}
