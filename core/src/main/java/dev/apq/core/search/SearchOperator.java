package dev.apq.core.search;

/** Parts of the search that can be switched off, to measure what each of them earns. */
public enum SearchOperator {
  /** Mutation of the number of active blocks per stage. */
  DEPTH_MUTATION,
  /** Mutation of a width to one nearby. */
  NEAR_WIDTH_MUTATION,
  /** Crossover that takes whole stages from either parent. */
  STAGE_CROSSOVER,
  /** Crossover that takes single blocks from either parent. */
  BLOCK_CROSSOVER,
  /** Fresh populations under tighter limits or after stagnation, whose best join at the end. */
  SCOUTS,
  /** Choice among random changes by the predictor's gradient. */
  GUIDANCE,
  /** Repair of children; without it, constraint domination alone drives them within the limits. */
  REPAIR,
  /** Replacement of children that the population holds already. */
  DEDUPLICATION
}
