package dev.apq.core.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.apq.core.artifact.Json;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;

class SearchSpaceTest {
  private final SearchSpace paper = Presets.named("apq-imagenet").orElseThrow();

  @Test
  void paperSpaceHasThePublishedBlocks() {
    List<BlockSpace> blocks = paper.blocks();
    assertThat(blocks).hasSize(21);
    assertThat(blocks.get(0).widths()).containsExactly(64, 72, 80, 88, 96);
    assertThat(blocks.stream().map(block -> block.widths().size()))
        .containsExactly(
            5, 7, 7, 7, 7, 11, 11, 11, 11, 21, 21, 21, 21, 25, 25, 25, 25, 49, 49, 49, 49);
    assertThat(blocks.stream().map(BlockSpace::inSize))
        .containsExactly(
            112, 56, 56, 56, 56, 28, 28, 28, 28, 14, 14, 14, 14, 14, 14, 14, 14, 7, 7, 7, 7);
    assertThat(blocks.get(0).residual()).isFalse();
    assertThat(blocks.get(1).residual()).isTrue();
    assertThat(blocks.get(12).residual()).isFalse();
    assertThat(paper.headSize()).isEqualTo(7);
  }

  @Test
  void paperSpaceHasThePublishedSize() {
    assertThat(log10(paper.architectureCount())).isCloseTo(36.0, within(0.05));
    // The published table cannot price kernel 7 with 4-bit depthwise input: 1 in 9 block choices.
    double priced = log10(paper.policyCount()) + 21 * Math.log10(8 / 9d);
    assertThat(priced).isCloseTo(74.9, within(0.1));
    assertThat(log10(paper.policyCount())).isCloseTo(75.98, within(0.01));
  }

  @Test
  void presetsAreValidAndSurviveJson() throws Exception {
    for (String name : Presets.names()) {
      SearchSpace space = Presets.named(name).orElseThrow();
      assertThat(space.validate()).as(name).isEmpty();
      assertThat(Json.read(Json.bytes(space), SearchSpace.class)).isEqualTo(space);
    }
    assertThat(Presets.named("nope")).isEmpty();
  }

  @Test
  void problemsNameTheFieldAndTheRemedy() {
    SearchSpace broken =
        new SearchSpace(
            "broken",
            2,
            0,
            1,
            new Stem(8, 4, 9),
            new FirstBlock(0, 3, 1),
            List.of(
                new StageSpace(16, 3, 2, 1, List.of(3, 3), "4", "x", 8),
                new StageSpace(10, 1, 1, 1, List.of(), "1.1", "1.2", 64)),
            16,
            List.of(1, 16));
    assertThat(broken.validate())
        .anySatisfy(p -> assertThat(p).startsWith("resolution: 2 is outside 4..1024"))
        .anySatisfy(p -> assertThat(p).startsWith("inputChannels"))
        .anySatisfy(p -> assertThat(p).startsWith("stem.kernelSize: 4 must be odd"))
        .anySatisfy(p -> assertThat(p).startsWith("firstBlock.channels"))
        .anySatisfy(p -> assertThat(p).startsWith("stages[0].minDepth: 2 exceeds"))
        .anySatisfy(p -> assertThat(p).startsWith("stages[0].kernelSizes: [3, 3]"))
        .anySatisfy(p -> assertThat(p).startsWith("stages[0].maxExpandRatio: 'x'"))
        .anySatisfy(p -> assertThat(p).contains("stages[1].widthStep: no multiple of 64"))
        .anySatisfy(p -> assertThat(p).startsWith("stages[1].kernelSizes: empty"))
        .anySatisfy(p -> assertThat(p).startsWith("bitWidths: 16 is outside 2..8"));
    assertThatThrownBy(broken::requireValid)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("search space 'broken' is invalid");
  }

  @Test
  void hugeSpacesAreRefused() {
    StageSpace deep = new StageSpace(8, 1, 1, 40, List.of(3), "1", "2", 8);
    SearchSpace space =
        new SearchSpace(
            "deep", 32, 3, 10, new Stem(8, 3, 1), null, List.of(deep, deep), 8, List.of(8));
    assertThat(space.validate()).anySatisfy(p -> assertThat(p).contains("80 blocks"));
    StageSpace fine = new StageSpace(4096, 1, 1, 1, List.of(3), "1", "4", 1);
    SearchSpace wide =
        new SearchSpace(
            "wide", 32, 3, 10, new Stem(4096, 3, 1), null, List.of(fine), 8, List.of(8));
    assertThat(wide.validate()).anySatisfy(p -> assertThat(p).contains("use a larger step"));
  }

  private static double log10(BigInteger value) {
    return Math.log10(value.doubleValue());
  }
}
