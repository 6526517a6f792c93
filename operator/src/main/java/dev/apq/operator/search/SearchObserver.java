package dev.apq.operator.search;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.operator.status.Reasons;
import dev.apq.operator.store.ArtifactStore;
import io.fabric8.kubernetes.api.model.ConfigMap;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts the world of an ApqSearch together. */
@Singleton
public class SearchObserver {
  private final SupernetResolver supernets;
  private final HardwareResolver devices;
  private final SearchExecutor executor;
  private final ArtifactStore store;

  /** With everything a search depends on. */
  @Inject
  public SearchObserver(
      SupernetResolver supernets,
      HardwareResolver devices,
      SearchExecutor executor,
      ArtifactStore store) {
    this.supernets = supernets;
    this.devices = devices;
    this.executor = executor;
    this.store = store;
  }

  /**
   * The world as it is now.
   *
   * @param training the SupernetTraining it refers to, if it exists
   * @param results the ConfigMap of the results' name, if it exists
   */
  SearchWorld observe(
      ApqSearch search, Optional<SupernetTraining> training, Optional<ConfigMap> results) {
    Supernet supernet = supernets.resolve(search, training);
    if (!(supernet instanceof Supernet.Ready ready)) {
      return new SearchWorld(supernet, null, null, new SearchState.Absent(), false);
    }
    SearchPlan plan;
    try {
      plan =
          SearchPlan.of(
              search.getSpec(),
              ready.space(),
              ready.predictor(),
              ready.predictorDigest(),
              devices.resolve(search.getMetadata().getNamespace(), search.getSpec().hardware()));
    } catch (HardwareResolver.UnusableException e) {
      return new SearchWorld(supernet, null, e.problem(), new SearchState.Absent(), false);
    }
    SearchState state =
        executor.state(search.getMetadata().getUid(), plan).orElseGet(() -> stored(search, plan));
    return new SearchWorld(
        supernet, plan, nameTaken(search, results), state, published(search, state, results));
  }

  /** Where the files of a search lie. */
  SearchStore storeOf(ApqSearch search, SearchPlan plan) {
    return new SearchStore(
        store
            .path(search.getMetadata().getNamespace(), search.getMetadata().getName(), plan.runId())
            .resolve("search"));
  }

  private SearchState stored(ApqSearch search, SearchPlan plan) {
    return storeOf(search, plan)
        .find(plan)
        .<SearchState>map(found -> found)
        .orElseGet(SearchState.Absent::new);
  }

  private static boolean published(
      ApqSearch search, SearchState state, Optional<ConfigMap> results) {
    return state instanceof SearchState.Found found
        && results.map(map -> SearchResults.holds(map, search, found)).orElse(false);
  }

  private static SearchWorld.@Nullable Problem nameTaken(
      ApqSearch search, Optional<ConfigMap> results) {
    return results
        .filter(map -> !SearchResults.ownedBy(map, search))
        .map(
            map ->
                new SearchWorld.Problem(
                    Reasons.NAME_TAKEN,
                    "ConfigMap " + SearchResults.nameOf(search) + " belongs to somebody else",
                    "rename or delete it"))
        .orElse(null);
  }
}
