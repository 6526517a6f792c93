package dev.apq.operator.search;

import dev.apq.api.v1alpha1.PredictorQuality;
import dev.apq.api.v1alpha1.SupernetHealth;
import dev.apq.api.v1alpha1.SupernetTrainingSpec;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.core.space.SearchSpace;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The SupernetTraining that a search refers to, as far as the search is concerned. */
public sealed interface Supernet {

  /** Its name. */
  String name();

  /**
   * There is none of that name.
   *
   * @param name its name
   */
  record Missing(String name) implements Supernet {}

  /**
   * It exists but has no predictor yet.
   *
   * @param name its name
   * @param state reason of its Succeeded condition
   * @param message what it says
   * @param stalled whether it needs help
   * @param percent how far it is
   * @param suspended whether its specification says so
   * @param owned whether the search created it
   */
  record Unfinished(
      String name,
      String state,
      String message,
      boolean stalled,
      int percent,
      boolean suspended,
      boolean owned)
      implements Supernet {}

  /**
   * Its predictor is sealed.
   *
   * @param name its name
   * @param space its search space
   * @param predictor weights of the quantization-aware predictor
   * @param predictorDigest their digest
   * @param health what the health gate measured
   * @param quality the predictor's quality on unseen samples
   * @param minKendallTau rank correlation that the SupernetTraining asks of the predictor
   * @param source what a verification needs of it
   */
  record Ready(
      String name,
      SearchSpace space,
      Path predictor,
      String predictorDigest,
      @Nullable SupernetHealth health,
      @Nullable PredictorQuality quality,
      String minKendallTau,
      Source source)
      implements Supernet {}

  /**
   * What a verification needs of a finished supernet.
   *
   * @param resource the specification its owner gave
   * @param workerSpec the same as workers were told
   * @param artifactPath its folder below the store's root
   * @param trainManifest digest of the train stage's manifest
   */
  record Source(
      SupernetTrainingSpec resource,
      WorkerSpec workerSpec,
      String artifactPath,
      String trainManifest) {}
}
