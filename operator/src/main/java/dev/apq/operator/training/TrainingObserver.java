package dev.apq.operator.training;

import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.StoreUnavailableException;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.Progress;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StageInputs;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.contract.Timing;
import dev.apq.operator.job.ObservedJob;
import dev.apq.operator.store.Seal;
import dev.apq.operator.store.SealInspector;
import dev.apq.operator.store.StageFolders;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks at the artifact store and puts the world of a run of stages together. */
@Singleton
public class TrainingObserver {
  private final SealInspector inspector;
  private final StageFolders folders;
  private final ProgressReader progressReader;

  /** With the judges of what lies in the store. */
  @Inject
  public TrainingObserver(
      SealInspector inspector, StageFolders folders, ProgressReader progressReader) {
    this.inspector = inspector;
    this.folders = folders;
    this.progressReader = progressReader;
  }

  /**
   * The world as it is now.
   *
   * @throws StoreUnavailableException if the artifact store is away
   */
  public TrainingWorld observe(StagePlan plan, StoreLayout layout, List<ObservedJob> jobs)
      throws StoreUnavailableException {
    Map<Stage, String> manifests = new EnumMap<>(Stage.class);
    manifests.putAll(plan.upstream());
    List<StageObservation> stages = new ArrayList<>();
    for (Stage stage : plan.stages()) {
      StageObservation observed =
          observe(plan, layout, stage, inputDigest(plan, stage, manifests), jobs);
      Manifest manifest = observed.manifest();
      if (manifest != null) {
        manifests.put(stage, Digests.sha256(manifest.bytes()));
      }
      stages.add(observed);
    }
    return new TrainingWorld(plan.runId(), stages, jobs);
  }

  private static @Nullable String inputDigest(
      StagePlan plan, Stage stage, Map<Stage, String> manifests) {
    if (!manifests.keySet().containsAll(stage.inputs())) {
      return null;
    }
    List<String> upstream = new ArrayList<>();
    for (Stage input : stage.inputs()) {
      upstream.add(manifests.getOrDefault(input, ""));
    }
    return StageInputs.digest(stage, plan.specBytes(), upstream);
  }

  private StageObservation observe(
      StagePlan plan,
      StoreLayout layout,
      Stage stage,
      @Nullable String inputDigest,
      List<ObservedJob> jobs)
      throws StoreUnavailableException {
    boolean quarantined = folders.quarantined(layout, stage);
    if (inputDigest == null) {
      return StageObservation.unreached(stage, quarantined);
    }
    SealInspector.Verdict verdict = inspector.stage(layout, stage, inputDigest);
    if (verdict.seal() == Seal.GOOD) {
      return new StageObservation(
          stage,
          Seal.GOOD,
          inputDigest,
          null,
          quarantined,
          0,
          verdict.manifest(),
          verdict.writtenAt(),
          Timing.read(layout.stage(stage)).wallSeconds(),
          null);
    }
    int shards = plan.shards();
    boolean active = jobs.stream().anyMatch(job -> job.stage() == stage && !job.ended());
    Progress progress = active ? progressReader.read(layout, stage, shards) : null;
    if (!stage.sharded() || active) {
      return new StageObservation(
          stage,
          verdict.seal(),
          inputDigest,
          verdict.problem(),
          quarantined,
          0,
          null,
          null,
          0,
          progress);
    }
    SealInspector.Shards found = inspector.shards(layout, stage, shards, inputDigest);
    boolean corrupt = verdict.seal() == Seal.CORRUPT || !found.corrupt().isEmpty();
    return new StageObservation(
        stage,
        corrupt ? Seal.CORRUPT : Seal.NONE,
        inputDigest,
        verdict.problem() == null ? found.problem() : verdict.problem(),
        quarantined,
        found.good().size(),
        null,
        null,
        0,
        null);
  }
}
