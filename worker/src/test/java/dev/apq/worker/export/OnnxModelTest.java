package dev.apq.worker.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.apq.core.contract.Quantizer;
import dev.apq.core.policy.Architecture;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Quantization;
import dev.apq.core.policy.Sampler;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.supernet.Subnets;
import dev.apq.worker.supernet.TinySpaces;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxModelTest {
  private static final int IMAGES = 64;
  private static final int RANDOM_POLICIES = 8;

  static List<SearchSpace> spaces() {
    return List.of(TinySpaces.digits(), TinySpaces.withFirstBlock());
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void randomPoliciesRunAsTheFakeQuantizedNetworkDoes(SearchSpace space) throws Exception {
    for (int seed = 0; seed < RANDOM_POLICIES; seed++) {
      assertRunsAlike(space, new Sampler(space).quantized(RandomStream.of(seed)), seed);
    }
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void everyKernelAndEveryPairOfBitWidthsRunsAlike(SearchSpace space) throws Exception {
    Architecture largest = new Subnets(space).largest();
    int active = largest.activeBlocks();
    for (int weightBits : space.bitWidths()) {
      for (int activationBits : space.bitWidths()) {
        int kernel = List.of(3, 5, 7).get((weightBits + activationBits) / 2 % 3);
        List<Integer> weights = Collections.nCopies(active, weightBits);
        List<Integer> activations = Collections.nCopies(active, activationBits);
        Architecture architecture =
            new Architecture(
                largest.depths(), Collections.nCopies(active, kernel), largest.channels());
        Quantization quantization = new Quantization(weights, activations, weights, activations);
        assertRunsAlike(
            space, new Policy(architecture, quantization), weightBits + activationBits / 2);
      }
    }
  }

  private static void assertRunsAlike(SearchSpace space, Policy policy, int seed) throws Exception {
    try (CalibratedSubnet subnet = new CalibratedSubnet(space, policy, seed, quantizer(seed))) {
      FrozenNetwork frozen = subnet.frozen();
      float[] images = subnet.images(IMAGES, RandomStream.of(7));
      float[] expected = subnet.logits(images);
      byte[] model = OnnxModel.bytes(frozen, Map.of());
      OnnxStructure.assertValid(ModelProto.parseFrom(model));
      try (OnnxSession session = OnnxSession.load(model, 1)) {
        float[] actual = session.run(images, IMAGES, space.inputChannels(), space.resolution());
        Agreement agreement = Agreement.of(expected, actual, space.classes());
        // A value on the edge of two levels may fall to either side: rare, and never far.
        assertThat(agreement.meanDifference()).as("%s", policy).isLessThan(0.002);
        assertThat(agreement.sameTop()).as("%s", policy).isGreaterThanOrEqualTo(IMAGES - 1);
      }
    }
  }

  @Test
  void usesNarrowTensorsAndTheNewOperatorSetOnlyForFourBits() throws Exception {
    assertThat(model(6).getOpsetImport(0).getVersion()).isEqualTo(13);
    assertThat(model(6).getIrVersion()).isEqualTo(7);
    assertThat(model(4).getOpsetImport(0).getVersion()).isEqualTo(21);
    assertThat(model(4).getIrVersion()).isEqualTo(10);
    TensorProto narrow = constant(model(4), "blocks.0.expand.weight.levels");
    assertThat(narrow.getDataType()).isEqualTo(TensorProto.DataType.INT4_VALUE);
    assertThat(narrow.getRawData().size()).isEqualTo(24 * 8 / 2);
    TensorProto six = constant(model(6), "blocks.0.expand.weight.levels");
    assertThat(six.getDataType()).isEqualTo(TensorProto.DataType.INT8_VALUE);
    assertThat(six.getRawData().toByteArray()).inHexadecimal().hasSize(24 * 8);
    for (byte level : six.getRawData()) {
      assertThat((int) level).isBetween(-31, 31);
    }
  }

  @Test
  void equalNetworksGiveEqualBytes() throws Exception {
    assertThat(model(4).toByteArray()).isEqualTo(model(4).toByteArray());
    assertThat(model(4).toByteArray()).isNotEqualTo(model(6).toByteArray());
  }

  @Test
  void saysWhatARuntimeLacks() throws Exception {
    ModelProto.Builder model = model(8).toBuilder();
    model.getGraphBuilder().getNodeBuilder(0).setOpType("NoSuchOperator");
    byte[] bytes = model.build().toByteArray();
    assertThatThrownBy(() -> OnnxSession.load(bytes, 1))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining("ONNX Runtime 1.20")
        .hasMessageContaining("NoSuchOperator");
  }

  @Test
  void theStructureCheckFindsWhatIsBroken() throws Exception {
    List<ModelProto> broken = new ArrayList<>();
    ModelProto.Builder swapped = model(8).toBuilder();
    var first = swapped.getGraph().getNode(0);
    swapped.getGraphBuilder().setNode(0, swapped.getGraph().getNode(5)).setNode(5, first);
    broken.add(swapped.build());
    ModelProto.Builder truncated = model(8).toBuilder();
    truncated.getGraphBuilder().getInitializerBuilder(0).addDims(7);
    broken.add(truncated.build());
    ModelProto.Builder unused = model(8).toBuilder();
    unused.getGraphBuilder().addInitializer(TensorProto.newBuilder().setName("unused"));
    broken.add(unused.build());
    for (ModelProto model : broken) {
      assertThatThrownBy(() -> OnnxStructure.assertValid(model)).isInstanceOf(AssertionError.class);
    }
  }

  private static ModelProto model(int bits) throws Exception {
    SearchSpace space = TinySpaces.digits();
    Architecture architecture = new Subnets(space).largest();
    Policy policy =
        new Policy(architecture, Quantization.uniform(architecture.activeBlocks(), bits));
    try (CalibratedSubnet subnet = new CalibratedSubnet(space, policy, 5)) {
      return ModelProto.parseFrom(OnnxModel.bytes(subnet.frozen(), Map.of("b", "2", "a", "1")));
    }
  }

  private static TensorProto constant(ModelProto model, String name) {
    return model.getGraph().getInitializerList().stream()
        .filter(tensor -> tensor.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Quantizer quantizer(int seed) {
    return Quantizer.values()[seed % Quantizer.values().length];
  }
}
