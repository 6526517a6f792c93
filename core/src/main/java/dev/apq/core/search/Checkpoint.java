package dev.apq.core.search;

import java.util.List;

/**
 * Everything a search needs to continue with a bit-identical result. Accuracies and costs are
 * computed anew, so that a checkpoint holds nothing that could disagree with the predictor.
 *
 * @param version format version; see {@link #VERSION}
 * @param problemDigest space, limits and objectives it belongs to
 * @param settings how the search runs
 * @param generation generations done
 * @param stagnant generations since the population last improved
 * @param evaluations policies scored
 * @param population genomes in order, two hexadecimal digits per gene
 * @param differentiated which of the population have a gradient already
 * @param home genomes that wait while a scout is under way, likewise
 * @param archive genomes of the front found so far, likewise
 */
public record Checkpoint(
    int version,
    String problemDigest,
    SearchSettings settings,
    int generation,
    int stagnant,
    long evaluations,
    List<String> population,
    List<Boolean> differentiated,
    List<String> home,
    List<String> archive) {

  /** The format that this code reads and writes. */
  public static final int VERSION = 1;

  /** A checkpoint file is refused when larger, in bytes. */
  public static final int MAX_BYTES = 32 << 20;

  /**
   * @throws IllegalArgumentException if a part is missing or the version is foreign
   */
  public Checkpoint {
    if (version != VERSION) {
      throw new IllegalArgumentException("checkpoint version " + version + " is not " + VERSION);
    }
    if (problemDigest == null
        || settings == null
        || population == null
        || differentiated == null
        || archive == null) {
      throw new IllegalArgumentException(
          "a checkpoint needs problemDigest, settings, population, differentiated, home and archive");
    }
    population = List.copyOf(population);
    differentiated = List.copyOf(differentiated);
    home = List.copyOf(home);
    archive = List.copyOf(archive);
  }
}
