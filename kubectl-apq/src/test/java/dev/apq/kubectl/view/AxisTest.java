package dev.apq.kubectl.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AxisTest {
  @Property
  void everyValueHasRoomAndTicksAreFewAndInside(
      @ForAll @DoubleRange(min = -1e6, max = 1e6) double a,
      @ForAll @DoubleRange(min = -1e6, max = 1e6) double b,
      @ForAll @IntRange(min = 1, max = 12) int count) {
    Axis axis = Axis.over(List.of(a, b));

    assertThat(axis.position(a)).isBetween(0.0, 1.0);
    assertThat(axis.position(b)).isBetween(0.0, 1.0);
    List<BigDecimal> ticks = axis.ticks(count);
    assertThat(ticks).isSorted().hasSizeLessThanOrEqualTo(count + 2);
    assertThat(ticks)
        .allMatch(tick -> axis.position(tick.doubleValue()) > -0.01)
        .allMatch(tick -> axis.position(tick.doubleValue()) < 1.01);
  }

  @Test
  void ticksAreRoundNumbers() {
    assertThat(new Axis(0.7, 0.83).ticks(4))
        .extracting(BigDecimal::toPlainString)
        .containsExactly("0.70", "0.75", "0.80");
    assertThat(new Axis(0, 1000).ticks(4))
        .extracting(BigDecimal::toPlainString)
        .containsExactly("0", "250", "500", "750", "1000");
  }

  @Test
  void oneValueAloneHasAnAxis() {
    Axis axis = Axis.over(List.of(0.5, 0.5));
    assertThat(axis.position(0.5)).isBetween(0.4, 0.6);
    assertThat(Axis.over(List.of(0.0)).ticks(3)).isNotNull();
  }
}
