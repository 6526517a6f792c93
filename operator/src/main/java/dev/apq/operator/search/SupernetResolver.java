package dev.apq.operator.search;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.Condition;
import dev.apq.api.v1alpha1.SupernetReference;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.api.v1alpha1.SupernetTrainingStatus;
import dev.apq.core.artifact.StoreUnavailableException;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.operator.status.Conditions;
import dev.apq.operator.status.Quality;
import dev.apq.operator.store.ArtifactStore;
import dev.apq.operator.training.StageObservation;
import dev.apq.operator.training.TrainingObserver;
import dev.apq.operator.training.TrainingPlan;
import dev.apq.operator.training.TrainingWorld;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/**
 * Finds the supernet of a search. Whether it is ready is read from the artifact store, seal by
 * seal; a status only says why it is not.
 */
@Singleton
public class SupernetResolver {
  private final TrainingObserver observer;
  private final ArtifactStore store;

  /** With the store and its judge. */
  @Inject
  public SupernetResolver(TrainingObserver observer, ArtifactStore store) {
    this.observer = observer;
    this.store = store;
  }

  /** Name of the SupernetTraining that a search uses. */
  public static String nameOf(ApqSearch search) {
    SupernetReference reference = search.getSpec().supernetRef();
    return reference == null ? search.getMetadata().getName() : reference.name();
  }

  /**
   * Judges the SupernetTraining found under that name, if any.
   *
   * @throws StoreUnavailableException if the artifact store is away
   */
  Supernet resolve(ApqSearch search, Optional<SupernetTraining> found)
      throws StoreUnavailableException {
    String name = nameOf(search);
    if (found.isEmpty()) {
      return new Supernet.Missing(name);
    }
    SupernetTraining training = found.get();
    try {
      TrainingPlan plan = TrainingPlan.of(training);
      StoreLayout layout =
          new StoreLayout(
              store.path(training.getMetadata().getNamespace(), name, plan.artifactKey()));
      TrainingWorld world = observer.observe(plan.stagePlan(), layout, List.of());
      Manifest transfer = world.stage(Stage.TRANSFER).manifest();
      Manifest.FileEntry predictor =
          transfer == null ? null : transfer.files().get(StoreLayout.PREDICTOR);
      Manifest train = world.stage(Stage.TRAIN).manifest();
      if (transfer != null && predictor != null && train != null) {
        Supernet.Source source =
            new Supernet.Source(
                training.getSpec(),
                plan.workerSpec(),
                ArtifactStore.relative(
                    training.getMetadata().getNamespace(), name, plan.artifactKey()),
                train.digest());
        return ready(training, source, layout, world, transfer, predictor);
      }
    } catch (IllegalArgumentException e) {
      // Its own status tells what is wrong with its specification.
      return unfinished(search, training);
    }
    return unfinished(search, training);
  }

  private static Supernet.Ready ready(
      SupernetTraining training,
      Supernet.Source source,
      StoreLayout layout,
      TrainingWorld world,
      Manifest transfer,
      Manifest.FileEntry predictor) {
    StageObservation train = world.stage(Stage.TRAIN);
    var quality =
        Quality.predictors(
            world.stage(Stage.TRAIN_PREDICTOR).manifest(),
            transfer,
            layout.stage(Stage.TRANSFER).toUri());
    return new Supernet.Ready(
        training.getMetadata().getName(),
        source.workerSpec().space(),
        layout.stage(Stage.TRANSFER).resolve(StoreLayout.PREDICTOR),
        predictor.sha256(),
        Quality.health(train.manifest()),
        quality == null ? null : quality.quantized(),
        training.getSpec().predictor().minKendallTau(),
        source);
  }

  private static Supernet.Unfinished unfinished(ApqSearch search, SupernetTraining training) {
    SupernetTrainingStatus status = training.getStatus();
    List<Condition> conditions = status == null ? List.of() : status.conditions();
    Optional<Condition> state = Conditions.find(conditions, Conditions.SUCCEEDED);
    boolean stalled =
        Conditions.find(conditions, Conditions.STALLED)
            .map(condition -> condition.status().equals("True"))
            .orElse(false);
    Integer percent = status == null ? null : status.progressPercent();
    return new Supernet.Unfinished(
        training.getMetadata().getName(),
        state.map(Condition::reason).orElse("Pending"),
        state.map(Condition::message).orElse(""),
        stalled,
        percent == null ? 0 : percent,
        training.getSpec().suspend(),
        training.getMetadata().getOwnerReferences().stream()
            .anyMatch(reference -> reference.getUid().equals(search.getMetadata().getUid())));
  }
}
