package dev.apq.worker.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.random.RandomStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ClipSearchTest {
  private static final ClipSearch MSE = new ClipSearch(ClipCriterion.SQUARED_ERROR);
  private static final ClipSearch KL = new ClipSearch(ClipCriterion.DIVERGENCE);

  @Test
  void eightBitsKeepTheWholeRange() {
    assertThat(MSE.threshold(new float[] {0.5f, -3, 1}, 8, true)).isEqualTo(3);
    assertThat(MSE.threshold(new float[] {0.5f, -3, 1}, 8, false)).isEqualTo(1);
  }

  @Test
  void fewBitsClipALongTail() {
    float[] values = gaussian(1, 20_000);
    values[0] = 12;
    assertThat(MSE.threshold(values, 4, true)).isBetween(1.5f, 5f);
    assertThat(MSE.threshold(values, 8, true)).isEqualTo(12);
  }

  @Test
  void divergenceClipsATailBelowFiveBitsOnly() {
    float[] values = gaussian(2, 20_000);
    values[0] = 12;
    assertThat(KL.threshold(values, 4, true)).isBetween(1.5f, 6f);
    assertThat(KL.threshold(values, 5, true)).isEqualTo(12);
  }

  @Test
  void divergenceOfFewValuesClipsNoMoreThanTails() {
    for (int count : new int[] {50, 144, 1000}) {
      assertThat(KL.threshold(gaussian(4, count), 4, true)).isGreaterThan(1.2f);
    }
  }

  @Test
  void divergenceKeepsEvenlySpreadValuesWhole() {
    float[] values = new float[20_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i + 1) / 20_000f;
    }
    assertThat(KL.threshold(values, 4, false)).isGreaterThan(0.9f);
  }

  @Test
  void zerosChangeNothing() {
    float[] values = gaussian(3, 20_000);
    float[] withZeros = java.util.Arrays.copyOf(values, 60_000);
    for (ClipSearch search : new ClipSearch[] {MSE, KL}) {
      assertThat(search.threshold(withZeros, 4, false))
          .isEqualTo(search.threshold(values, 4, false));
      assertThat(search.threshold(values, 4, false)).isGreaterThan(1.5f);
    }
  }

  @Test
  void zerosGetAUsableThreshold() {
    assertThat(MSE.threshold(new float[8], 4, true)).isEqualTo(1);
    assertThat(MSE.threshold(new float[] {-1, -2}, 4, false)).isEqualTo(1);
  }

  @Property(tries = 40)
  void losesNoMoreThanTheWholeRangeWould(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 7) int bits, @ForAll boolean signed) {
    float[] values = gaussian(seed, 3_000);
    float threshold = MSE.threshold(values, bits, signed);
    float greatest = 0;
    for (float value : values) {
      greatest = Math.max(greatest, signed ? Math.abs(value) : value);
    }
    // The search judges a histogram, so allow for its resolution.
    assertThat(error(values, threshold, bits, signed))
        .isLessThanOrEqualTo(1.02 * error(values, greatest, bits, signed));
  }

  private static double error(float[] values, float threshold, int bits, boolean signed) {
    double scale = threshold / Grid.levels(bits, signed);
    double error = 0;
    for (float value : values) {
      if (signed || value > 0) {
        double clipped = Math.max(-threshold, Math.min(threshold, value));
        double difference = value - Math.rint(clipped / scale) * scale;
        error += difference * difference;
      }
    }
    return error;
  }

  private static float[] gaussian(long seed, int count) {
    RandomStream random = RandomStream.of(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
