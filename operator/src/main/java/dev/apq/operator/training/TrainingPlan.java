package dev.apq.operator.training;

import dev.apq.api.v1alpha1.DatasetDirectory;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.api.v1alpha1.SupernetTrainingSpec;
import dev.apq.core.artifact.Digests;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.resolution.WorkerSpecs;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The resolved, immutable part of a SupernetTraining and the names that follow from it.
 *
 * @param workerSpec what workers are told
 * @param specBytes its canonical JSON, the content of {@code spec.json}
 * @param runId hash of the resource's UID and the specification; names Jobs
 * @param artifactKey hash of the specification; names the folder, so that a resource applied again
 *     finds its finished stages
 */
public record TrainingPlan(
    WorkerSpec workerSpec, byte[] specBytes, String runId, String artifactKey) {
  private static final int RUN_ID_LENGTH = 8;
  private static final int KEY_LENGTH = 16;

  /**
   * Resolves a resource.
   *
   * @throws IllegalArgumentException naming the field that cannot be used
   */
  public static TrainingPlan of(SupernetTraining resource) {
    SupernetTrainingSpec spec = resource.getSpec();
    WorkerSpec workerSpec = WorkerSpecs.of(spec);
    byte[] bytes = workerSpec.canonicalJson();
    DatasetDirectory directory = spec.dataset().directory();
    String claim = directory == null ? null : directory.claimName();
    String key = hash(claim == null ? "" : claim, bytes);
    return new TrainingPlan(
        workerSpec,
        bytes,
        hash(resource.getMetadata().getUid(), key.getBytes(StandardCharsets.UTF_8))
            .substring(0, RUN_ID_LENGTH),
        key.substring(0, KEY_LENGTH));
  }

  /** What the stages work on. */
  public StagePlan stagePlan() {
    return new StagePlan(
        runId, specBytes, workerSpec.collection().shards(), Stage.ofTraining(), Map.of());
  }

  /** Hex digits of a hash over two parts. */
  private static String hash(String first, byte[] second) {
    byte[] head = (first.length() + ":" + first).getBytes(StandardCharsets.UTF_8);
    byte[] all = java.util.Arrays.copyOf(head, head.length + second.length);
    System.arraycopy(second, 0, all, head.length, second.length);
    return Digests.sha256(all).substring("sha256:".length());
  }
}
