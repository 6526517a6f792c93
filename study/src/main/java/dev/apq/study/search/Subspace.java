package dev.apq.study.search;

import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.policy.Architecture;
import dev.apq.core.policy.Encoding;
import dev.apq.core.policy.Policy;
import dev.apq.core.space.BlockSpace;
import dev.apq.core.space.SearchSpace;
import dev.apq.core.space.StageSpace;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A part of a search space as a space of its own, so that the ordinary search can work on some of
 * the choices while the others are held. Predictors of the whole space are cut to it.
 */
final class Subspace {
  private static final int RATIO_DIGITS = 4;

  private final Encoding whole;
  private final Encoding narrow;
  private final List<BlockSpace> origin;
  private final @Nullable Architecture held;

  private Subspace(
      Encoding whole, SearchSpace narrow, List<BlockSpace> origin, @Nullable Architecture held) {
    this.whole = whole;
    this.narrow = new Encoding(narrow);
    this.origin = origin;
    this.held = held;
  }

  /** All architectures at one bit width. */
  static Subspace architectures(Encoding whole, int bits) {
    SearchSpace space = whole.space();
    return new Subspace(whole, with(space, space.stages(), List.of(bits)), space.blocks(), null);
  }

  /** All widths of an architecture's blocks, depths and kernel sizes held, at one bit width. */
  static Subspace widths(Encoding whole, Architecture architecture, int bits) {
    return held(whole, architecture, false, List.of(bits));
  }

  /** All bit widths of an architecture. */
  static Subspace bits(Encoding whole, Architecture architecture) {
    return held(whole, architecture, true, whole.space().bitWidths());
  }

  /** Every active block becomes a stage, which can have a kernel size and widths of its own. */
  private static Subspace held(
      Encoding whole, Architecture architecture, boolean widthsToo, List<Integer> bits) {
    SearchSpace space = whole.space();
    List<BlockSpace> origin = new ArrayList<>();
    List<StageSpace> stages = new ArrayList<>();
    for (BlockSpace block : space.blocks()) {
      if (block.positionInStage() < architecture.depths().get(block.stage())) {
        int kernel = architecture.kernelSizes().get(origin.size());
        int width = architecture.channels().get(origin.size());
        StageSpace stage = space.stages().get(block.stage());
        BigDecimal ratio = BigDecimal.valueOf(width);
        BigDecimal in = BigDecimal.valueOf(block.inChannels());
        stages.add(
            new StageSpace(
                block.outChannels(),
                block.stride(),
                1,
                1,
                List.of(kernel),
                widthsToo
                    ? ratio.divide(in, RATIO_DIGITS, RoundingMode.FLOOR).toPlainString()
                    : stage.minExpandRatio(),
                widthsToo
                    ? ratio.divide(in, RATIO_DIGITS, RoundingMode.CEILING).toPlainString()
                    : stage.maxExpandRatio(),
                widthsToo ? width : stage.widthStep()));
        origin.add(block);
      }
    }
    return new Subspace(whole, with(space, stages, bits), origin, architecture);
  }

  private static SearchSpace with(SearchSpace space, List<StageSpace> stages, List<Integer> bits) {
    return new SearchSpace(
            space.name(),
            space.resolution(),
            space.inputChannels(),
            space.classes(),
            space.stem(),
            space.firstBlock(),
            stages,
            space.headChannels(),
            bits)
        .requireValid();
  }

  /** This part as a space. */
  SearchSpace space() {
    return narrow.space();
  }

  /** Its encoding. */
  Encoding encoding() {
    return narrow;
  }

  /** A member as a member of the whole space. */
  Policy inWhole(Policy policy) {
    if (held == null) {
      return policy;
    }
    Architecture narrowed = policy.architecture();
    return new Policy(
        new Architecture(held.depths(), narrowed.kernelSizes(), narrowed.channels()),
        policy.quantization());
  }

  /** A quantization-aware predictor of the whole space as one of this part. */
  Map<String, FloatTensor> cut(Map<String, FloatTensor> weights) {
    int[] architecture = new int[narrow.architectureFeatures()];
    int[] bits = new int[narrow.bitFeatures()];
    for (BlockSpace block : narrow.space().blocks()) {
      BlockSpace from = origin.get(block.index());
      for (int k = 0; k < block.kernelSizes().size(); k++) {
        int option = from.kernelSizes().indexOf(block.kernelSizes().get(k));
        architecture[narrow.kernelFeature(block.index(), k)] =
            whole.kernelFeature(from.index(), option);
      }
      for (int w = 0; w < block.widths().size(); w++) {
        int option = from.widths().indexOf(block.widths().get(w));
        architecture[narrow.widthFeature(block.index(), w)] =
            whole.widthFeature(from.index(), option);
      }
      for (int field = 0; field < Encoding.BIT_FIELDS; field++) {
        for (int b = 0; b < narrow.space().bitWidths().size(); b++) {
          int option = whole.space().bitWidths().indexOf(narrow.space().bitWidths().get(b));
          bits[narrow.bitFeature(field, block.index(), b) - narrow.architectureFeatures()] =
              whole.bitFeature(field, from.index(), option) - whole.architectureFeatures();
        }
      }
    }
    Map<String, FloatTensor> cut = new LinkedHashMap<>(weights);
    cut.computeIfPresent("hidden.0.weight", (name, tensor) -> columns(tensor, architecture));
    cut.computeIfPresent("bits.weight", (name, tensor) -> columns(tensor, bits));
    return cut;
  }

  private static FloatTensor columns(FloatTensor matrix, int[] columns) {
    int rows = matrix.shape()[0];
    int width = matrix.shape()[1];
    float[] data = new float[rows * columns.length];
    IntStream.range(0, data.length)
        .forEach(
            i -> data[i] = matrix.data()[i / columns.length * width + columns[i % columns.length]]);
    return new FloatTensor(new int[] {rows, columns.length}, data);
  }
}
