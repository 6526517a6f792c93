package dev.apq.core.space;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Named search spaces that ship with the product. */
public final class Presets {
  private static final List<Integer> KERNELS = List.of(3, 5, 7);
  private static final List<Integer> BITS = List.of(4, 6, 8);
  private static final Map<String, SearchSpace> SPACES = build();

  private Presets() {}

  /** The space of that name, if there is one. */
  public static Optional<SearchSpace> named(String name) {
    return Optional.ofNullable(SPACES.get(name));
  }

  /** All preset names, the paper's first. */
  public static List<String> names() {
    return List.copyOf(SPACES.keySet());
  }

  private static Map<String, SearchSpace> build() {
    Map<String, SearchSpace> spaces = new LinkedHashMap<>();
    for (SearchSpace space : List.of(imagenet(), clutteredDigits(), digits(), cifar10())) {
      spaces.put(space.name(), space.requireValid());
    }
    return spaces;
  }

  private static SearchSpace imagenet() {
    List<StageSpace> stages = new ArrayList<>();
    stages.add(stage(24, 2, 2, 4, "4", "6"));
    stages.add(stage(40, 2, 2, 4, "4", "6"));
    stages.add(stage(80, 2, 2, 4, "4", "6"));
    stages.add(stage(96, 1, 2, 4, "4", "6"));
    stages.add(stage(192, 2, 2, 4, "4", "6"));
    stages.add(stage(320, 1, 1, 1, "4", "6"));
    return new SearchSpace(
        "apq-imagenet",
        224,
        3,
        1000,
        new Stem(32, 3, 2),
        new FirstBlock(16, 3, 1),
        stages,
        1280,
        BITS);
  }

  // Few channels and a wide range of ratios, so that subnets differ by well over ten points of
  // accuracy after a few minutes of training on two cores.
  private static SearchSpace clutteredDigits() {
    return new SearchSpace(
        "cluttered-digits",
        14,
        1,
        10,
        new Stem(8, 3, 2),
        null,
        List.of(
            new StageSpace(8, 1, 2, 4, KERNELS, "1", "6", 8),
            new StageSpace(16, 2, 2, 4, KERNELS, "1", "6", 16)),
        64,
        BITS);
  }

  private static SearchSpace digits() {
    return new SearchSpace(
        "digits",
        8,
        1,
        10,
        new Stem(16, 3, 1),
        null,
        List.of(stage(16, 1, 1, 2, "1", "4"), stage(24, 2, 1, 2, "1", "4")),
        64,
        BITS);
  }

  private static SearchSpace cifar10() {
    return new SearchSpace(
        "cifar10",
        32,
        3,
        10,
        new Stem(16, 3, 1),
        new FirstBlock(16, 3, 1),
        List.of(
            stage(24, 2, 1, 3, "2", "6"),
            stage(40, 2, 1, 3, "2", "6"),
            stage(64, 1, 1, 3, "2", "6")),
        256,
        BITS);
  }

  private static StageSpace stage(
      int channels, int stride, int minDepth, int maxDepth, String minRatio, String maxRatio) {
    return new StageSpace(channels, stride, minDepth, maxDepth, KERNELS, minRatio, maxRatio, 8);
  }
}
