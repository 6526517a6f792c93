package dev.apq.core.search;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Who is alive in a search: the population that evolves, those that wait meanwhile, and the front
 * of all that were seen.
 *
 * <p>Scouts and restarts begin with strangers. The first population waits at home until they are
 * done, the best of the later ones join it there, and in the end all are one population again.
 */
final class Populations {
  /** This part of a scout's population joins those at home. */
  private static final int VETERAN_DIVISOR = 10;

  /** Those at home are never more than this many populations. */
  private static final int MAX_HOME = 4;

  private final int size;
  private final Ranking ranking;
  private final @Nullable Front front;
  private List<Individual> current = List.of();
  private List<Individual> home = new ArrayList<>();

  /**
   * @param size of the population that evolves, at most
   * @param ranking decides who stays
   * @param front null without cost objectives
   */
  Populations(int size, Ranking ranking, @Nullable Front front) {
    this.size = size;
    this.ranking = ranking;
    this.front = front;
  }

  /** The population that evolves, best first. */
  List<Individual> current() {
    return current;
  }

  /** Those that wait. */
  List<Individual> home() {
    return home;
  }

  /** Those that evolve and those that wait. */
  List<Individual> all() {
    List<Individual> all = new ArrayList<>(current);
    all.addAll(home);
    return all;
  }

  /** The front, in the order that determines all later behaviour; empty without objectives. */
  List<Individual> archive() {
    return front == null ? List.of() : front.members();
  }

  /** The front by ascending cost; empty without objectives. */
  List<Individual> traded() {
    return front == null ? List.of() : front.sorted();
  }

  /** The fittest of the population that evolves. */
  Individual fittest() {
    return Ranking.fittest(current);
  }

  /** Whether a checkpoint has no more individuals than can be alive. */
  boolean canHold(Checkpoint checkpoint) {
    return !checkpoint.population().isEmpty()
        && checkpoint.population().size() <= size
        && checkpoint.home().size() <= MAX_HOME * size
        && checkpoint.archive().size() <= Front.MAX_SIZE;
  }

  /** Continues with those that were alive. */
  void restore(List<Individual> population, List<Individual> waiting, List<Individual> archive) {
    current = new ArrayList<>(population);
    ranking.rank(current);
    home = new ArrayList<>(waiting);
    if (front != null) {
      front.addAll(archive);
    }
  }

  /**
   * The best of them become the population that evolves.
   *
   * @param all ranked in place, best first
   */
  void keep(List<Individual> all) {
    if (front != null) {
      front.addAll(all);
    }
    ranking.rank(all);
    current = new ArrayList<>(all.subList(0, Math.min(all.size(), size)));
    if (front != null) {
      // Crowding among the survivors differs from crowding among all; an order by accuracy stays.
      ranking.rank(current);
    }
  }

  /** Adds one to the population that evolves, beyond its size. */
  void join(Individual last) {
    current.add(last);
    if (front != null) {
      front.addAll(List.of(last));
    }
  }

  /** Sends the first population home, or the best of a later one; strangers take its place. */
  void leaveHome() {
    home.addAll(home.isEmpty() ? current : current.subList(0, veterans()));
    current = List.of();
  }

  /**
   * Those at home and the best of those that evolve become one population.
   *
   * @param underCurrentLimits judges one anew
   */
  void returnHome(UnaryOperator<Individual> underCurrentLimits) {
    home.addAll(current.subList(0, veterans()));
    Map<Long, Individual> distinct = new LinkedHashMap<>();
    for (Individual individual : home) {
      distinct.putIfAbsent(individual.fingerprint, underCurrentLimits.apply(individual));
    }
    home = new ArrayList<>();
    keep(new ArrayList<>(distinct.values()));
  }

  private int veterans() {
    return Math.min(current.size(), Math.max(1, size / VETERAN_DIVISOR));
  }
}
