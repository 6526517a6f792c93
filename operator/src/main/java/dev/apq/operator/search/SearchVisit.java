package dev.apq.operator.search;

import dev.apq.api.v1alpha1.ApqSearch;
import org.jspecify.annotations.Nullable;

/**
 * One visit to an ApqSearch: the resource, what was observed, and where its search runs.
 *
 * @param search the resource as last seen
 * @param world what was observed
 * @param store where the search's files lie; null while there is no plan
 * @param owner whom the executor asks and tells
 */
record SearchVisit(
    ApqSearch search, SearchWorld world, @Nullable SearchStore store, SearchExecutor.Owner owner) {

  SearchPlan requirePlan() {
    SearchPlan plan = world.plan();
    if (plan == null) {
      throw new IllegalStateException("a search starts only once it is resolved");
    }
    return plan;
  }

  SearchStore requireStore() {
    if (store == null) {
      throw new IllegalStateException("a search starts only once it is resolved");
    }
    return store;
  }
}
