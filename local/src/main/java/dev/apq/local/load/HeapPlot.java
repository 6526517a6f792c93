package dev.apq.local.load;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The operator's live heap after each round of a long load, as an SVG picture.
 *
 * @param rounds in the order of their times, at least one
 */
public record HeapPlot(List<Round> rounds) {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 260;
  private static final int LEFT = 60;
  private static final int RIGHT = 20;
  private static final int TOP = 40;
  private static final int BOTTOM = 40;
  private static final double HEADROOM = 1.25;

  /**
   * @param at since the start of the first round
   * @param resources made and deleted until then
   * @param heapMib live heap after a collection, in MiB
   */
  public record Round(Duration at, long resources, long heapMib) {}

  /**
   * @throws IllegalArgumentException if there are no rounds
   */
  public HeapPlot {
    rounds = List.copyOf(rounds);
    if (rounds.isEmpty()) {
      throw new IllegalArgumentException("a plot of no rounds");
    }
  }

  /** The picture; its vertical axis begins at zero. */
  public String svg() {
    Round last = rounds.get(rounds.size() - 1);
    String dots =
        rounds.stream()
            .map(round -> "<circle cx=\"%s\" cy=\"%s\" r=\"2\"/>".formatted(x(round), y(round)))
            .collect(Collectors.joining("\n"));
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
    <rect width="100%%" height="100%%" fill="white"/>
    <text x="%d" y="20">live heap of the operator after a collection, MiB; %,d resources made and deleted</text>
    <path d="M%d %dV%dH%d" fill="none" stroke="#333"/>
    <text x="%d" y="%d" text-anchor="end">0</text>
    <text x="%d" y="%s" text-anchor="end">%d</text>
    <text x="%d" y="%d">0 min</text>
    <text x="%d" y="%d" text-anchor="end">%d min</text>
    <g fill="#1f5fa8">
    %s
    </g>
    </svg>
    """
        .formatted(
            WIDTH,
            HEIGHT,
            LEFT,
            last.resources(),
            LEFT,
            TOP,
            HEIGHT - BOTTOM,
            WIDTH - RIGHT,
            LEFT - 6,
            HEIGHT - BOTTOM,
            LEFT - 6,
            decimal(y(greatest())),
            greatest(),
            LEFT,
            HEIGHT - BOTTOM + 18,
            WIDTH - RIGHT,
            HEIGHT - BOTTOM + 18,
            last.at().toMinutes(),
            dots);
  }

  private String x(Round round) {
    double share = round.at().toMillis() / (double) rounds.get(rounds.size() - 1).at().toMillis();
    return decimal(LEFT + share * (WIDTH - LEFT - RIGHT));
  }

  private String y(Round round) {
    return decimal(y(round.heapMib()));
  }

  private double y(long mib) {
    int height = HEIGHT - TOP - BOTTOM;
    return HEIGHT - BOTTOM - height * mib / (greatest() * HEADROOM);
  }

  private long greatest() {
    return rounds.stream().mapToLong(Round::heapMib).max().orElseThrow();
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
