package dev.apq.operator.search;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.core.artifact.Json;
import dev.apq.core.artifact.StoreUnavailableException;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.contract.VerifyReport;
import dev.apq.core.search.SearchAnswer;
import dev.apq.operator.job.ObservedJob;
import dev.apq.operator.status.Reasons;
import dev.apq.operator.store.ArtifactStore;
import dev.apq.operator.store.Seal;
import dev.apq.operator.training.StageObservation;
import dev.apq.operator.training.TrainingObserver;
import dev.apq.operator.training.TrainingWorld;
import io.fabric8.kubernetes.api.model.ConfigMap;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts the world of an ApqSearch together. */
@Singleton
public class SearchObserver {
  private final SupernetResolver supernets;
  private final HardwareResolver devices;
  private final SearchExecutor executor;
  private final ArtifactStore store;
  private final TrainingObserver stages;
  private final WarmStarts warmStarts;

  /** With everything a search depends on. */
  @Inject
  public SearchObserver(
      SupernetResolver supernets,
      HardwareResolver devices,
      SearchExecutor executor,
      ArtifactStore store,
      TrainingObserver stages,
      WarmStarts warmStarts) {
    this.supernets = supernets;
    this.devices = devices;
    this.executor = executor;
    this.store = store;
    this.stages = stages;
    this.warmStarts = warmStarts;
  }

  /**
   * The world as it is now.
   *
   * @param training the SupernetTraining it refers to, if it exists
   * @param results the ConfigMap of the results' name, if it exists
   * @param jobs Jobs that belong to the search
   * @param warmStart the search that this one starts from, if it names one that exists
   * @throws StoreUnavailableException if the artifact store is away
   */
  SearchWorld observe(
      ApqSearch search,
      Optional<SupernetTraining> training,
      Optional<ConfigMap> results,
      List<ObservedJob> jobs,
      Optional<ApqSearch> warmStart)
      throws StoreUnavailableException {
    Supernet supernet = supernets.resolve(search, training);
    if (supernet instanceof Supernet.Missing && SearchReport.tellsAnAnswer(search)) {
      return told(supernet, jobs);
    }
    if (!(supernet instanceof Supernet.Ready ready)) {
      return unresolved(supernet, null, jobs);
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
      return e.gone() && SearchReport.tellsAnAnswer(search)
          ? told(supernet, jobs)
          : unresolved(supernet, e.problem(), jobs);
    }
    if (search.getSpec().warmStartRef() != null) {
      try {
        plan = warmStarts.resolve(search, plan, warmStart);
      } catch (WarmStarts.UnresolvedException e) {
        return unresolved(supernet, e.problem(), jobs);
      }
    }
    return resolved(search, ready, plan, results, jobs);
  }

  private SearchWorld resolved(
      ApqSearch search,
      Supernet.Ready supernet,
      SearchPlan plan,
      Optional<ConfigMap> results,
      List<ObservedJob> jobs)
      throws StoreUnavailableException {
    Optional<SearchState> running = executor.state(search.getMetadata().getUid(), plan);
    SearchState state = running.isPresent() ? running.get() : stored(search, plan);
    SearchWorld.Problem problem = nameTaken(search, results);
    Verification verification =
        problem == null && state instanceof SearchState.Found found
            ? verification(search, plan, found.answer(), supernet.source(), jobs)
            : Verification.none(jobs);
    boolean published =
        state instanceof SearchState.Found found
            && results
                .map(map -> SearchResults.holds(map, search, found, verification))
                .orElse(false);
    return new SearchWorld(supernet, plan, problem, state, verification, published);
  }

  private static SearchWorld unresolved(
      Supernet supernet, SearchWorld.@Nullable Problem problem, List<ObservedJob> jobs) {
    return new SearchWorld(
        supernet, null, problem, new SearchState.Absent(), Verification.none(jobs), false);
  }

  private static SearchWorld told(Supernet supernet, List<ObservedJob> jobs) {
    return new SearchWorld(
        supernet, null, null, new SearchState.Told(), Verification.none(jobs), true);
  }

  private Verification verification(
      ApqSearch search,
      SearchPlan plan,
      SearchAnswer answer,
      Supernet.Source supernet,
      List<ObservedJob> jobs)
      throws StoreUnavailableException {
    if (search.getSpec().verify().topK() == 0) {
      return Verification.none(jobs);
    }
    String namespace = search.getMetadata().getNamespace();
    String name = search.getMetadata().getName();
    StoreLayout layout = new StoreLayout(store.path(namespace, name, plan.runId()));
    VerifyPlan verify =
        VerifyPlan.of(
            search,
            answer,
            supernet,
            layout,
            ArtifactStore.relative(namespace, name, plan.runId()));
    TrainingWorld world = stages.observe(verify.run().plan(), layout, jobs);
    StageObservation stage = world.stage(Stage.VERIFY);
    if (stage.seal() != Seal.GOOD) {
      return new Verification(verify, world, null);
    }
    try {
      VerifyReport report =
          Json.read(
              layout.stage(Stage.VERIFY).resolve(StoreLayout.VERIFICATION),
              VerifyReport.class,
              VerifyReport.MAX_BYTES);
      if (verify.isAnsweredBy(report)) {
        return new Verification(verify, world, report);
      }
      return new Verification(verify, corrupt(world, "it is about other policies"), null);
    } catch (StoreUnavailableException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      return new Verification(verify, corrupt(world, String.valueOf(e.getMessage())), null);
    }
  }

  /** A worker may seal anything; only a report that answers the question finishes the stage. */
  private static TrainingWorld corrupt(TrainingWorld world, String problem) {
    StageObservation stage = world.stage(Stage.VERIFY);
    return new TrainingWorld(
        world.runId(),
        List.of(stage.corrupt(StoreLayout.VERIFICATION + ": " + problem)),
        world.jobs());
  }

  /** Where the files of a search lie. */
  SearchStore storeOf(ApqSearch search, SearchPlan plan) {
    return new SearchStore(
        store
            .path(search.getMetadata().getNamespace(), search.getMetadata().getName(), plan.runId())
            .resolve("search"));
  }

  private SearchState stored(ApqSearch search, SearchPlan plan) throws StoreUnavailableException {
    return storeOf(search, plan)
        .find(plan)
        .<SearchState>map(found -> found)
        .orElseGet(SearchState.Absent::new);
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
                    "rename or delete it",
                    false))
        .orElse(null);
  }
}
