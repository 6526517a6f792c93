package dev.apq.study.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SampleSavingTest {
  private static final List<Integer> SAMPLES = List.of(10, 100, 1000);

  @Test
  void interpolatesOnTheLogarithmOfTheSamples() {
    List<double[]> curve = List.of(same(0.6), same(0.7), same(0.9));
    assertThat(SampleSaving.of(SAMPLES, curve, same(0.65)).needed())
        .isCloseTo(Math.sqrt(1000), within(1e-9));
    assertThat(SampleSaving.of(SAMPLES, curve, same(0.7)).needed()).isCloseTo(100, within(1e-9));
    assertThat(SampleSaving.of(SAMPLES, curve, same(0.5)).needed()).isEqualTo(10);
  }

  @Test
  void aLevelThatIsNeverReachedIsABound() {
    SampleSaving saving =
        SampleSaving.of(SAMPLES, List.of(same(0.6), same(0.7), same(0.8)), same(0.81));
    assertThat(saving.needed()).isInfinite();
    assertThat(saving.ratio(100, 1000)).isEqualTo("above 10.0");
  }

  @Test
  void equalSplitsLeaveNoDoubtAndDifferentOnesDo() {
    List<double[]> curve = List.of(same(0.6), same(0.7), same(0.9));
    assertThat(SampleSaving.of(SAMPLES, curve, same(0.7)).ratio(50, 1000)).isEqualTo("2.0");

    double[] spread = {0.66, 0.68, 0.7, 0.72, 0.74};
    SampleSaving saving = SampleSaving.of(SAMPLES, curve, spread);
    assertThat(saving.needed()).isCloseTo(100, within(1e-9));
    assertThat(saving.low()).isBetween(50.0, 80.0);
    assertThat(saving.high()).isBetween(110.0, 160.0);
    assertThat(saving).isEqualTo(SampleSaving.of(SAMPLES, curve, spread));
    assertThat(saving.ratio(50, 1000)).matches("2\\.0 \\(1\\.\\d to [23]\\.\\d\\)");
  }

  @Test
  void oneEndOfTheIntervalMayBeABound() {
    List<double[]> curve = List.of(same(0.6), same(0.7), same(0.8));
    double[] spread = {0.75, 0.75, 0.79, 0.85, 0.85};
    assertThat(SampleSaving.of(SAMPLES, curve, spread).ratio(100, 1000))
        .matches("\\d\\.\\d \\(\\d\\.\\d to above 10\\.0\\)");
  }

  private static double[] same(double value) {
    return new double[] {value, value, value, value, value};
  }
}
