package dev.apq.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.apq.core.artifact.Json;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.Presets;
import dev.apq.core.space.SearchSpace;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PolicyTest {
  private final SearchSpace paper = Presets.named("apq-imagenet").orElseThrow();

  @Property
  void sampledPoliciesAreMembersAndSurviveJson(@ForAll long seed) throws Exception {
    for (String name : Presets.names()) {
      SearchSpace space = Presets.named(name).orElseThrow();
      Policy policy = new Sampler(space).quantized(RandomStream.of(seed));
      assertThat(policy.problems(space)).isEmpty();
      assertThat(Json.read(policy.canonicalJson(), Policy.class)).isEqualTo(policy);
    }
  }

  @Property
  void encodingIsInjectiveOnSamples(@ForAll long seed) {
    Sampler sampler = new Sampler(paper);
    Policy a = sampler.quantized(RandomStream.of(seed, 1));
    Policy b = sampler.quantized(RandomStream.of(seed, 2));
    Encoding encoding = new Encoding(paper);
    assertThat(Arrays.equals(encoding.hot(a), encoding.hot(b))).isEqualTo(a.equals(b));
    assertThat(encoding.hot(a)).isSorted().hasSize(6 * a.architecture().activeBlocks());
  }

  @Test
  void paperEncodingHas772Features() {
    Encoding encoding = new Encoding(paper);
    assertThat(encoding.architectureFeatures()).isEqualTo(520);
    assertThat(encoding.bitFeatures()).isEqualTo(252);
    assertThat(encoding.features()).isEqualTo(772);
  }

  @Test
  void fullPrecisionHasArchitectureFeaturesOnly() {
    Policy policy = new Sampler(paper).fullPrecision(RandomStream.of(1));
    assertThat(Arrays.stream(new Encoding(paper).hot(policy))).allMatch(feature -> feature < 520);
    assertThat(text(policy)).doesNotContain("quantization");
  }

  @Test
  void expandRatiosAreWidthsOverInputChannels() {
    Architecture architecture =
        new Architecture(
            List.of(2, 2, 2, 2, 2, 1),
            Collections.nCopies(11, 3),
            List.of(64, 144, 104, 160, 160, 320, 320, 384, 384, 768, 1152));

    assertThat(architecture.expandRatios(paper))
        .containsExactly("4", "6", "4.33", "4", "4", "4", "4", "4", "4", "4", "6");
  }

  @Test
  void samplerReachesEveryDepthAndBitWidth() {
    Sampler sampler = new Sampler(paper);
    Set<List<Integer>> depths = new HashSet<>();
    Set<Integer> bits = new HashSet<>();
    for (int i = 0; i < 5000; i++) {
      Policy policy = sampler.quantized(RandomStream.of(1, i));
      depths.add(policy.architecture().depths());
      Quantization quantization = policy.quantization();
      assertThat(quantization).isNotNull();
      bits.addAll(quantization.depthwiseActivationBits());
    }
    assertThat(depths).hasSize(3 * 3 * 3 * 3 * 3);
    assertThat(bits).containsExactlyInAnyOrder(4, 6, 8);
  }

  @Test
  void nonMembersAreExplained() {
    Policy policy = new Sampler(paper).quantized(RandomStream.of(1));
    Architecture architecture = policy.architecture();
    Policy wrongDepth =
        new Policy(
            new Architecture(
                List.of(1, 2, 2, 2, 2, 1), architecture.kernelSizes(), architecture.channels()),
            null);
    assertThat(wrongDepth.problems(paper)).containsExactly("depths[0]: 1 is outside 2..4");
    Policy wrongBits =
        new Policy(architecture, Quantization.uniform(architecture.activeBlocks(), 5));
    assertThat(wrongBits.problems(paper))
        .contains("pointwiseWeightBits[0]: 5 is not one of [4, 6, 8]");
    Policy shortBits =
        new Policy(architecture, Quantization.uniform(architecture.activeBlocks() - 1, 8));
    assertThatThrownBy(() -> shortBits.requireMember(paper))
        .hasMessageContaining("pointwiseWeightBits: has");
  }

  @Test
  void canonicalFormIsPinned() {
    Policy policy = new Policy(new Architecture(List.of(1), List.of(3), List.of(8)), null);
    assertThat(text(policy))
        .isEqualTo("{\"architecture\":{\"depths\":[1],\"kernelSizes\":[3],\"channels\":[8]}}");
    assertThat(policy.digest()).startsWith("sha256:").hasSize(71);
  }

  private static String text(Policy policy) {
    return new String(policy.canonicalJson(), StandardCharsets.UTF_8);
  }
}
