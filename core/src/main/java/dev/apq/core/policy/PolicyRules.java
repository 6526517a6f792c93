package dev.apq.core.policy;

import dev.apq.core.space.BlockSpace;
import dev.apq.core.space.SearchSpace;
import dev.apq.core.space.StageSpace;
import java.util.ArrayList;
import java.util.List;

/** Membership of a policy in a space, judged on active blocks only. */
final class PolicyRules {
  private static final List<String> BIT_FIELDS =
      List.of(
          "pointwiseWeightBits",
          "pointwiseActivationBits",
          "depthwiseWeightBits",
          "depthwiseActivationBits");

  private PolicyRules() {}

  static List<String> problems(SearchSpace space, Policy policy) {
    List<String> problems = new ArrayList<>();
    Architecture architecture = policy.architecture();
    if (!depthsFit(space, architecture.depths(), problems)) {
      return List.copyOf(problems);
    }
    List<BlockSpace> active = activeBlocks(space, architecture.depths());
    if (hasSize("kernelSizes", architecture.kernelSizes(), active.size(), problems)) {
      for (int i = 0; i < active.size(); i++) {
        option(
            "kernelSizes",
            i,
            architecture.kernelSizes().get(i),
            active.get(i).kernelSizes(),
            problems);
      }
    }
    if (hasSize("channels", architecture.channels(), active.size(), problems)) {
      for (int i = 0; i < active.size(); i++) {
        option("channels", i, architecture.channels().get(i), active.get(i).widths(), problems);
      }
    }
    Quantization quantization = policy.quantization();
    if (quantization != null) {
      for (int field = 0; field < BIT_FIELDS.size(); field++) {
        List<Integer> bits = quantization.inOrder().get(field);
        if (hasSize(BIT_FIELDS.get(field), bits, active.size(), problems)) {
          for (int i = 0; i < bits.size(); i++) {
            option(BIT_FIELDS.get(field), i, bits.get(i), space.bitWidths(), problems);
          }
        }
      }
    }
    return List.copyOf(problems);
  }

  /** The active blocks for valid depths, in network order. */
  static List<BlockSpace> activeBlocks(SearchSpace space, List<Integer> depths) {
    return space.blocks().stream()
        .filter(block -> block.positionInStage() < depths.get(block.stage()))
        .toList();
  }

  private static boolean depthsFit(SearchSpace space, List<Integer> depths, List<String> problems) {
    if (!hasSize("depths", depths, space.stages().size(), problems)) {
      return false;
    }
    for (int s = 0; s < depths.size(); s++) {
      StageSpace stage = space.stages().get(s);
      int depth = depths.get(s);
      if (depth < stage.minDepth() || depth > stage.maxDepth()) {
        problems.add(
            "depths["
                + s
                + "]: "
                + depth
                + " is outside "
                + stage.minDepth()
                + ".."
                + stage.maxDepth());
      }
    }
    return problems.isEmpty();
  }

  private static boolean hasSize(
      String field, List<Integer> values, int expected, List<String> problems) {
    if (values.size() != expected) {
      problems.add(field + ": has " + values.size() + " entries, expected " + expected);
      return false;
    }
    return true;
  }

  private static void option(
      String field, int index, int value, List<Integer> options, List<String> problems) {
    if (!options.contains(value)) {
      problems.add(field + "[" + index + "]: " + value + " is not one of " + options);
    }
  }
}
