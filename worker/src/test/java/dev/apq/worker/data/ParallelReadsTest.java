package dev.apq.worker.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParallelReadsTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void readsEveryIndexOnceWithinItsThreads(int threads) {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    int[] reads = new int[1000];
    new ParallelReads(threads)
        .each(
            reads.length,
            i -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              reads[i]++;
              running.decrementAndGet();
            });
    assertThat(Arrays.stream(reads)).allMatch(count -> count == 1);
    assertThat(most.get()).isLessThanOrEqualTo(threads);
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.MINUTES)
  void allThreadsReadAtTheSameTime() {
    CyclicBarrier together = new CyclicBarrier(4);
    new ParallelReads(4)
        .each(
            8,
            i -> {
              try {
                together.await();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(together.getNumberWaiting()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void theLeastFailingIndexIsReported(int threads) {
    ParallelReads reads = new ParallelReads(threads);
    for (int round = 0; round < 50; round++) {
      assertThatThrownBy(
              () ->
                  reads.each(
                      200,
                      i -> {
                        if (i == 40 || i == 41 || i > 90) {
                          throw new DataException("image " + i, "replace it");
                        }
                      }))
          .isInstanceOf(DataException.class)
          .hasMessage("image 40");
    }
  }

  @Test
  void threadsFollowTheEnvironment() {
    assertThat(ParallelReads.of(Map.of("OMP_NUM_THREADS", "3")).threads()).isEqualTo(3);
    int cores = Runtime.getRuntime().availableProcessors();
    assertThat(ParallelReads.of(Map.of()).threads()).isEqualTo(cores);
    assertThat(ParallelReads.of(Map.of("OMP_NUM_THREADS", "many")).threads()).isEqualTo(cores);
  }

  @Test
  void aLookaheadGivesWhatItsSourceGives() {
    AtomicInteger calls = new AtomicInteger();
    Lookahead batches =
        new Lookahead(
            i -> {
              calls.incrementAndGet();
              if (i == 5) {
                throw new DataException("batch 5", "replace it");
              }
              return new Batch(new float[] {i}, new int[] {i}, 1, 1);
            },
            7);
    for (int i : new int[] {0, 1, 2, 0, 4}) {
      assertThat(batches.at(i).labels()).containsExactly(i);
    }
    assertThatThrownBy(() -> batches.at(5)).isInstanceOf(DataException.class).hasMessage("batch 5");
    assertThat(batches.at(6).labels()).containsExactly(6);
    // 0 to 3, 0 and 1, 4 to 6: batch 7 is never read.
    assertThat(calls).hasValue(9);
  }
}
