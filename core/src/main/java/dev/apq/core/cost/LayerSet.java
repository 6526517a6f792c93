package dev.apq.core.cost;

import java.util.Arrays;
import java.util.Optional;

/** Which layers count towards latency and energy. MACs, BitOps and sizes always count all. */
public enum LayerSet {
  /** Every layer. */
  COMPLETE("complete"),
  /**
   * Without first block and classifier, as the search of the published code counts: comparable with
   * its figures, but 1.18 ms and 1.35 mJ below the truth in the paper's space.
   */
  PAPER_COMPATIBLE("paper-compatible");

  private final String displayName;

  LayerSet(String displayName) {
    this.displayName = displayName;
  }

  /** Name in the API. */
  public String displayName() {
    return displayName;
  }

  /** Whether a layer counts. */
  public boolean counts(Layer.Role role) {
    return this == COMPLETE || (role != Layer.Role.FIRST_BLOCK && role != Layer.Role.CLASSIFIER);
  }

  /** The set of that API name. */
  public static Optional<LayerSet> ofDisplayName(String name) {
    return Arrays.stream(values()).filter(set -> set.displayName.equals(name)).findFirst();
  }
}
