package dev.apq.resolution;

import dev.apq.api.v1alpha1.FirstBlockSpec;
import dev.apq.api.v1alpha1.InlineSearchSpace;
import dev.apq.api.v1alpha1.SearchSpaceSource;
import dev.apq.core.space.FirstBlock;
import dev.apq.core.space.Presets;
import dev.apq.core.space.SearchSpace;
import dev.apq.core.space.StageSpace;
import dev.apq.core.space.Stem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From the API's search space to the method's. */
final class SearchSpaces {
  private static final List<Integer> DEFAULT_BITS = List.of(4, 6, 8);

  private SearchSpaces() {}

  /**
   * The space that a source names or writes out.
   *
   * @throws IllegalArgumentException if there is no such preset or the space is invalid
   */
  static SearchSpace resolve(SearchSpaceSource source) {
    InlineSearchSpace inline = source.inline();
    if (inline != null) {
      return inline(inline).requireValid();
    }
    String preset = source.preset();
    if (preset == null) {
      throw new IllegalArgumentException("searchSpace: set exactly one of preset and inline");
    }
    return Presets.named(preset)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "searchSpace.preset: '" + preset + "' is none of " + Presets.names()));
  }

  private static SearchSpace inline(InlineSearchSpace space) {
    return new SearchSpace(
        "inline",
        space.resolution(),
        space.inputChannels(),
        space.classes(),
        new Stem(space.stem().channels(), space.stem().kernelSize(), space.stem().stride()),
        firstBlock(space.firstBlock()),
        space.stages().stream()
            .map(
                stage ->
                    new StageSpace(
                        stage.channels(),
                        stage.stride(),
                        stage.minDepth(),
                        stage.maxDepth(),
                        stage.kernelSizes(),
                        stage.minExpandRatio(),
                        stage.maxExpandRatio(),
                        stage.widthStep()))
            .toList(),
        space.headChannels(),
        space.bitWidths().isEmpty() ? DEFAULT_BITS : space.bitWidths());
  }

  private static @Nullable FirstBlock firstBlock(@Nullable FirstBlockSpec block) {
    return block == null
        ? null
        : new FirstBlock(block.channels(), block.kernelSize(), block.stride());
  }
}
