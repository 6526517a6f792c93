/* Single-precision FMA peak of one thread: independent accumulators in registers, no memory.
   Prints GFLOP/s, the best of several slices of CPU time. */
#include <stdio.h>
#include <time.h>

#define LANES 16
#define ACCUMULATORS 12
#define ITERATIONS 4000000L
#define SLICES 12

typedef float vector __attribute__((vector_size(LANES * sizeof(float))));

static double cpu_seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

int main(void) {
  vector a[ACCUMULATORS], x, c;
  for (int lane = 0; lane < LANES; lane++) {
    x[lane] = 0.5f;
    c[lane] = 1e-3f;
  }
  for (int j = 0; j < ACCUMULATORS; j++) a[j] = x * (float)j;
  double best = 0;
  for (int slice = 0; slice < SLICES; slice++) {
    double start = cpu_seconds();
    for (long i = 0; i < ITERATIONS; i++) {
#pragma GCC unroll 12
      for (int j = 0; j < ACCUMULATORS; j++) a[j] = a[j] * x + c;
    }
    double seconds = cpu_seconds() - start;
    double rate = 2.0 * LANES * ACCUMULATORS * ITERATIONS / seconds / 1e9;
    if (rate > best) best = rate;
  }
  float sum = 0;
  for (int j = 0; j < ACCUMULATORS; j++) sum += a[j][0];
  if (sum != sum) return 1;
  printf("%.2f\n", best);
  return 0;
}
