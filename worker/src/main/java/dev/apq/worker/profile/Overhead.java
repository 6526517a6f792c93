package dev.apq.worker.profile;

import java.util.ArrayList;
import java.util.List;

/**
 * What separates the time of a run from the recorded times of its kernels, as a straight line.
 *
 * @param perRun microseconds of every run
 * @param perKernel microseconds for each kernel: starting it, less what recording it adds to its
 *     time; often below 0
 */
record Overhead(double perRun, double perKernel) {
  private static final double LEAST_SHARE = 0.02;

  /**
   * A network.
   *
   * @param kernels how many it has
   * @param micros of a run, less the recorded times of its kernels
   */
  record Point(double kernels, double micros) {}

  /**
   * The line with the median slope between points (Theil and Sen), which a few disturbed points do
   * not move.
   */
  static Overhead fit(List<Point> points) {
    List<Double> slopes = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      for (int j = 0; j < i; j++) {
        double apart = points.get(i).kernels() - points.get(j).kernels();
        if (apart != 0) {
          slopes.add((points.get(i).micros() - points.get(j).micros()) / apart);
        }
      }
    }
    double slope = slopes.isEmpty() ? 0 : Statistics.of(slopes).median();
    List<Double> rest =
        points.stream().map(point -> point.micros() - slope * point.kernels()).toList();
    return new Overhead(Statistics.of(rest).median(), slope);
  }

  /** Microseconds of some kernels within a run without recording. */
  double corrected(double recorded, double kernels) {
    return Math.max(LEAST_SHARE * recorded, recorded + perKernel * kernels);
  }
}
