package dev.apq.worker.stage;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a stage made, for its manifest.
 *
 * @param files names of the sealed files, in the stage's folder
 * @param counts whole numbers worth reporting
 * @param summary short strings worth reporting
 * @param headline one line for people
 */
record StageResult(
    List<String> files, Map<String, Long> counts, Map<String, String> summary, String headline) {
  /** A figure with four decimals. */
  static String figure(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
