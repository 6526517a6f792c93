package dev.apq.core.space;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The ranges a search space must keep, bounded so that no space can exhaust the service. */
final class SpaceRules {
  static final int MAX_CHANNELS = 4096;
  static final int MAX_STAGES = 16;
  static final int MAX_BLOCKS = 64;
  static final int MAX_EXPAND_RATIO = 16;
  static final int MAX_WIDTHS = 256;
  private static final Pattern RATIO = Pattern.compile("[0-9]{1,2}(\\.[0-9]{1,4})?");

  private final SearchSpace space;
  private final List<String> problems = new ArrayList<>();

  private SpaceRules(SearchSpace space) {
    this.space = space;
  }

  static List<String> problems(SearchSpace space) {
    SpaceRules rules = new SpaceRules(space);
    rules.checkFixedParts();
    rules.checkBitWidths();
    rules.checkStages();
    return List.copyOf(rules.problems);
  }

  private void checkFixedParts() {
    range("resolution", space.resolution(), 4, 1024);
    range("inputChannels", space.inputChannels(), 1, MAX_CHANNELS);
    range("classes", space.classes(), 2, 100_000);
    range("headChannels", space.headChannels(), 1, MAX_CHANNELS);
    range("stem.channels", space.stem().channels(), 1, MAX_CHANNELS);
    kernel("stem.kernelSize", space.stem().kernelSize());
    range("stem.stride", space.stem().stride(), 1, 4);
    FirstBlock first = space.firstBlock();
    if (first != null) {
      range("firstBlock.channels", first.channels(), 1, MAX_CHANNELS);
      kernel("firstBlock.kernelSize", first.kernelSize());
      range("firstBlock.stride", first.stride(), 1, 2);
    }
  }

  private void checkBitWidths() {
    ascending("bitWidths", space.bitWidths());
    for (int bits : space.bitWidths()) {
      range("bitWidths", bits, 2, 8);
    }
  }

  private void checkStages() {
    range("stages (count)", space.stages().size(), 1, MAX_STAGES);
    int blocks = 0;
    int channels = space.trunkChannels();
    for (int s = 0; s < space.stages().size(); s++) {
      StageSpace stage = space.stages().get(s);
      checkStage("stages[" + s + "]", stage, channels);
      blocks += Math.max(0, stage.maxDepth());
      channels = stage.channels();
    }
    if (blocks > MAX_BLOCKS) {
      problems.add(
          "stages: " + blocks + " blocks in total; lower maxDepth to at most " + MAX_BLOCKS);
    }
  }

  private void checkStage(String path, StageSpace stage, int inChannels) {
    range(path + ".channels", stage.channels(), 1, MAX_CHANNELS);
    range(path + ".stride", stage.stride(), 1, 2);
    range(path + ".minDepth", stage.minDepth(), 1, MAX_BLOCKS);
    range(path + ".maxDepth", stage.maxDepth(), 1, MAX_BLOCKS);
    if (stage.minDepth() > stage.maxDepth()) {
      problems.add(
          path + ".minDepth: " + stage.minDepth() + " exceeds maxDepth " + stage.maxDepth());
    }
    ascending(path + ".kernelSizes", stage.kernelSizes());
    for (int size : stage.kernelSizes()) {
      kernel(path + ".kernelSizes", size);
    }
    boolean ratios = ratio(path + ".minExpandRatio", stage.minExpandRatio());
    ratios &= ratio(path + ".maxExpandRatio", stage.maxExpandRatio());
    boolean step = range(path + ".widthStep", stage.widthStep(), 1, MAX_CHANNELS);
    if (ratios && step) {
      checkWidths(path, stage, inChannels);
      if (stage.maxDepth() > 1) {
        checkWidths(path, stage, stage.channels());
      }
    }
  }

  private void checkWidths(String path, StageSpace stage, int inChannels) {
    if (inChannels < 1 || inChannels > MAX_CHANNELS) {
      return;
    }
    List<Integer> widths = stage.widths(inChannels);
    if (widths.isEmpty()) {
      problems.add(
          path
              + ".widthStep: no multiple of "
              + stage.widthStep()
              + " lies between the expand ratios for "
              + inChannels
              + " input channels; use a smaller widthStep or a wider range");
    } else {
      int widest = widths.get(widths.size() - 1);
      if (widths.size() > MAX_WIDTHS) {
        problems.add(
            path
                + ".widthStep: "
                + widths.size()
                + " widths per block; use a larger step to have at most "
                + MAX_WIDTHS);
      }
      if (widths.get(0) < 1 || widest > MAX_CHANNELS * 4) {
        problems.add(
            path
                + ".maxExpandRatio: expanded width "
                + widest
                + " is outside 1.."
                + MAX_CHANNELS * 4);
      }
    }
  }

  private boolean range(String path, int value, int min, int max) {
    boolean inside = value >= min && value <= max;
    if (!inside) {
      problems.add(path + ": " + value + " is outside " + min + ".." + max);
    }
    return inside;
  }

  private void kernel(String path, int size) {
    if (size < 1 || size > 11 || size % 2 == 0) {
      problems.add(path + ": " + size + " must be odd and within 1..11");
    }
  }

  private void ascending(String path, List<Integer> values) {
    if (values.isEmpty()) {
      problems.add(path + ": empty; list at least one option");
    }
    for (int i = 1; i < values.size(); i++) {
      if (values.get(i) <= values.get(i - 1)) {
        problems.add(path + ": " + values + " must be ascending without duplicates");
        return;
      }
    }
  }

  private boolean ratio(String path, String value) {
    boolean usable =
        RATIO.matcher(value).matches()
            && new BigDecimal(value).signum() > 0
            && new BigDecimal(value).compareTo(BigDecimal.valueOf(MAX_EXPAND_RATIO)) <= 0;
    if (!usable) {
      problems.add(
          path
              + ": '"
              + value
              + "' must be a decimal such as \"4\" or \"4.5\", above 0 and at most "
              + MAX_EXPAND_RATIO);
    }
    return usable;
  }
}
