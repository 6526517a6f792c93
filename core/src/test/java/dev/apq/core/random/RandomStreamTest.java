package dev.apq.core.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RandomStreamTest {

  @Test
  void bitsArePinnedSoThatOldSeedsKeepTheirMeaning() {
    RandomStream random = RandomStream.of(7, 1, 2);
    assertThat(new long[] {random.nextLong(), random.nextLong()})
        .containsExactly(-6644292975674140631L, -3265060872970841363L);
  }

  @Test
  void pathsGiveDifferentStreams() {
    Set<Long> firsts = new HashSet<>();
    for (long seed = 0; seed < 10; seed++) {
      firsts.add(RandomStream.of(seed).nextLong());
      for (long a = 0; a < 30; a++) {
        firsts.add(RandomStream.of(seed, a).nextLong());
        for (long b = 0; b < 30; b++) {
          firsts.add(RandomStream.of(seed, a, b).nextLong());
        }
      }
    }
    assertThat(firsts).hasSize(10 * (1 + 30 + 900));
  }

  @Test
  void childStreamDoesNotDependOnWhatTheParentDrew() {
    RandomStream fresh = RandomStream.of(3, 4);
    RandomStream used = RandomStream.of(3, 4);
    used.nextLong();
    assertThat(used.at(9).nextLong()).isEqualTo(fresh.at(9).nextLong());
  }

  @Property
  void integersStayInRange(@ForAll long seed, @ForAll @IntRange(min = 1) int bound) {
    RandomStream random = RandomStream.of(seed);
    for (int i = 0; i < 20; i++) {
      assertThat(random.nextInt(bound)).isBetween(0, bound - 1);
    }
  }

  @Test
  void integersAreUniform() {
    RandomStream random = RandomStream.of(1);
    int[] counts = new int[7];
    for (int i = 0; i < 70_000; i++) {
      counts[random.nextInt(7)]++;
    }
    double chiSquare = 0;
    for (int count : counts) {
      chiSquare += (count - 10_000.0) * (count - 10_000.0) / 10_000.0;
    }
    assertThat(chiSquare).isLessThan(22.5); // 0.999 quantile for 6 degrees of freedom
  }

  @Test
  void gaussiansHaveUnitMoments() {
    RandomStream random = RandomStream.of(2);
    double sum = 0;
    double squares = 0;
    int n = 100_000;
    for (int i = 0; i < n; i++) {
      double value = random.nextGaussian();
      sum += value;
      squares += value * value;
    }
    assertThat(sum / n).isCloseTo(0, within(0.015));
    assertThat(squares / n).isCloseTo(1, within(0.02));
  }

  @Test
  void shuffleKeepsTheValues() {
    int[] values = IntStream.range(0, 50).toArray();
    RandomStream.of(5).shuffle(values);
    assertThat(values).isNotEqualTo(IntStream.range(0, 50).toArray());
    assertThat(IntStream.of(values).sorted().toArray()).isEqualTo(IntStream.range(0, 50).toArray());
  }

  @Test
  void emptyRangeIsRefused() {
    assertThatThrownBy(() -> RandomStream.of(1).nextInt(0)).hasMessageContaining("positive");
  }
}
