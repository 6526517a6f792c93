package dev.apq.worker.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.apq.core.contract.Quantizer;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Quantization;
import dev.apq.core.policy.Sampler;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.supernet.Subnets;
import dev.apq.worker.supernet.TinySpaces;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FrozenNetworkTest {
  private static final int IMAGES = 8;

  static List<SearchSpace> spaces() {
    return List.of(TinySpaces.digits(), TinySpaces.withFirstBlock());
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void holdsEverythingThatLogitsDependOn(SearchSpace space) {
    for (int seed = 0; seed < 6; seed++) {
      Policy policy = new Sampler(space).quantized(RandomStream.of(seed));
      try (CalibratedSubnet subnet = new CalibratedSubnet(space, policy, seed, quantizer(seed))) {
        assertSameLogits(subnet, space);
      }
    }
  }

  private static void assertSameLogits(CalibratedSubnet subnet, SearchSpace space) {
    FrozenNetwork frozen = subnet.frozen();
    float[] images = subnet.images(IMAGES, RandomStream.of(99));
    float[] expected = subnet.logits(images);
    int pixels = images.length / IMAGES;
    List<Double> differences = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      float[] image = Arrays.copyOfRange(images, i * pixels, (i + 1) * pixels);
      double[] actual = PlainInference.logits(frozen, image);
      for (int c = 0; c < space.classes(); c++) {
        differences.add(Math.abs(actual[c] - expected[i * space.classes() + c]));
      }
    }
    // A value on the edge of two levels may fall to either side; most logits see no such value.
    differences.sort(null);
    assertThat(differences.get(differences.size() / 2)).isLessThan(1e-4);
    assertThat(differences.get(differences.size() - 1)).isLessThan(0.2);
  }

  @Test
  void listsTheLayersInOrderWithTheirGeometry() {
    SearchSpace space = TinySpaces.withFirstBlock();
    var architecture = new Subnets(space).largest();
    Policy policy = new Policy(architecture, Quantization.uniform(architecture.activeBlocks(), 6));
    try (CalibratedSubnet subnet = new CalibratedSubnet(space, policy, 3)) {
      List<FrozenLayer> layers = subnet.frozen().layers();
      assertThat(layers)
          .extracting(FrozenLayer::name)
          .startsWith("stem", "first.depthwise", "first.project", "blocks.0.expand")
          .endsWith("blocks.3.project", "head", "classifier")
          .hasSize(3 + 4 * 3 + 2);
      assertThat(layers.get(0).input()).isNull();
      assertThat(layers.get(2).shortcut()).as("residual first block").isZero();
      assertThat(layers.get(4).shape()).hasToString("depthwise 24→24 7x7 stride 2 at 20x20, W6A6");
      assertThat(layers.get(5).shortcut()).as("stride 2").isEqualTo(FrozenLayer.NO_SHORTCUT);
      assertThat(layers.get(8).shortcut()).as("residual block").isEqualTo(5);
      assertThat(layers.get(8).input()).isNotNull();
      assertThat(layers.get(layers.size() - 1).pooled()).isTrue();
      assertThat(layers.get(3).input().signed()).as("behind a linear bottleneck").isTrue();
      assertThat(layers.get(4).input().signed()).as("behind a ReLU6").isFalse();
    }
  }

  @Test
  void refusesLayersThatDoNotFitEachOther() {
    SearchSpace space = TinySpaces.digits();
    Policy policy = new Sampler(space).quantized(RandomStream.of(1));
    try (CalibratedSubnet subnet = new CalibratedSubnet(space, policy, 1)) {
      FrozenNetwork network = subnet.frozen();
      List<FrozenLayer> broken = new ArrayList<>(network.layers());
      broken.remove(broken.size() - 2);
      assertThatThrownBy(() -> new FrozenNetwork(1, 8, 10, broken))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("classifier reads");
    }
  }

  @Test
  void gridsAreMultiplesOfOneScale() {
    InputGrid signed = new InputGrid(0.5f, 4, true);
    assertThat(List.of(signed.least(), signed.greatest())).containsExactly(-7, 7);
    InputGrid unsigned = new InputGrid(0.5f, 4, false);
    assertThat(List.of(unsigned.least(), unsigned.greatest()))
        .as("6 is twelve steps")
        .containsExactly(0, 12);
    assertThatThrownBy(() -> new InputGrid(0, 4, true)).hasMessageContaining("scale 0.0");
    WeightLevels levels = new WeightLevels(new float[2], new byte[2], new float[] {1, 2}, 4);
    assertThat(levels.scale(1)).isEqualTo(2, within(0f));
    assertThatThrownBy(() -> new WeightLevels(new float[1], new byte[] {8}, new float[] {1}, 4))
        .hasMessageContaining("level 8 does not fit 4 bits");
  }

  private static Quantizer quantizer(int seed) {
    return Quantizer.values()[seed % Quantizer.values().length];
  }
}
