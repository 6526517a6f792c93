package dev.apq.worker.supernet;

import dev.apq.core.space.FirstBlock;
import dev.apq.core.space.SearchSpace;
import dev.apq.core.space.StageSpace;
import dev.apq.core.space.Stem;
import java.util.List;

/** Search spaces small enough to train within a test. */
public final class TinySpaces {
  private TinySpaces() {}

  /** For the plain digits: 8 pixels, two stages. */
  public static SearchSpace digits() {
    return new SearchSpace(
        "tiny-digits",
        8,
        1,
        10,
        new Stem(8, 3, 1),
        null,
        List.of(stage(8, 1), stage(12, 2)),
        24,
        List.of(4, 6, 8));
  }

  /** With a first block and maps too large for the matrix product. */
  public static SearchSpace withFirstBlock() {
    return new SearchSpace(
        "tiny-first-block",
        20,
        3,
        4,
        new Stem(8, 3, 1),
        new FirstBlock(8, 3, 1),
        List.of(stage(8, 2), stage(12, 1)),
        16,
        List.of(4, 6, 8));
  }

  private static StageSpace stage(int channels, int stride) {
    return new StageSpace(channels, stride, 1, 2, List.of(3, 5, 7), "1", "3", 4);
  }
}
