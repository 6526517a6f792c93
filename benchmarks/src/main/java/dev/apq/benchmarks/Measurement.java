package dev.apq.benchmarks;

/** What one JVM measures. */
enum Measurement {
  /** {@link PredictorSpeed} at batch 1, 10, 50 and 100. */
  PREDICTOR,
  /** {@link Reproducibility}. */
  HASHES,
  /** The first search of a JVM and some more. */
  SEARCH,
  /** Repair and scoring of the first population. */
  SEEDING,
  /** {@link Growth}. */
  GROWTH,
  /** Best accuracy and front over the seeds. */
  QUALITY,
  /** {@link Ablation}. */
  ABLATION
}
