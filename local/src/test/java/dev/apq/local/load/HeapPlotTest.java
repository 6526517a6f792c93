package dev.apq.local.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeapPlotTest {
  @Test
  void placesEachRoundByItsTimeAndItsHeap() {
    String svg =
        new HeapPlot(
                List.of(
                    new HeapPlot.Round(Duration.ofMinutes(60), 52, 40),
                    new HeapPlot.Round(Duration.ofMinutes(120), 104, 80)))
            .svg();

    // The axis ends at 100 MiB and 120 minutes; the drawing is 640 x 180 from (60, 40).
    assertThat(svg)
        .contains("<circle cx=\"380.0\" cy=\"148.0\"", "<circle cx=\"700.0\" cy=\"76.0\"")
        .contains(">80</text>", ">120 min</text>", "104 resources");
  }

  @Test
  void refusesToDrawNothing() {
    assertThatThrownBy(() -> new HeapPlot(List.of())).hasMessageContaining("no rounds");
  }
}
