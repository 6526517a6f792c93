package dev.apq.operator.store;

/** What the artifact store says about a stage. */
public enum Seal {
  /** No manifest, or one made from other inputs. */
  NONE,
  /** A manifest made from the current inputs, and every file matches it. */
  GOOD,
  /** A manifest, or one of the shards, that does not match its files or cannot be read. */
  CORRUPT
}
