package dev.apq.worker.stage;

/**
 * How fast subnets are measured.
 *
 * @param samplesPerSecond subnets
 * @param imagesPerSecond images through them, to calibrate, to measure and to fine-tune
 */
record Throughput(double samplesPerSecond, double imagesPerSecond) {

  /**
   * Where measuring began.
   *
   * @param nanos when
   * @param samples how many subnets had been measured before
   * @param imagesPerSample images that each takes
   */
  record Start(long nanos, int samples, long imagesPerSample) {
    /** The throughput since then; of {@code done} samples at {@code now}. */
    Throughput until(long now, int done) {
      double seconds = Math.max(1e-9, (now - nanos) / 1e9);
      double rate = (done - samples) / seconds;
      return new Throughput(rate, rate * imagesPerSample);
    }
  }
}
