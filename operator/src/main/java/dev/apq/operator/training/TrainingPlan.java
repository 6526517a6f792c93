package dev.apq.operator.training;

import dev.apq.api.v1alpha1.BuiltinDataset;
import dev.apq.api.v1alpha1.CollectionSource;
import dev.apq.api.v1alpha1.DatasetDirectory;
import dev.apq.api.v1alpha1.Elastic;
import dev.apq.api.v1alpha1.RecipeSource;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.api.v1alpha1.SupernetTrainingSpec;
import dev.apq.core.artifact.Digests;
import dev.apq.core.contract.CollectionSpec;
import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.ElasticDimension;
import dev.apq.core.contract.PredictorSpec;
import dev.apq.core.contract.QuantizationSpec;
import dev.apq.core.contract.Quantizer;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.WorkerSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
  /** Where Pods see the volume of a directory data set. */
  public static final String DATA_MOUNT = "/apq/data";

  private static final int RUN_ID_LENGTH = 8;
  private static final int KEY_LENGTH = 16;

  /**
   * Resolves a resource.
   *
   * @throws IllegalArgumentException naming the field that cannot be used
   */
  public static TrainingPlan of(SupernetTraining resource) {
    SupernetTrainingSpec spec = resource.getSpec();
    WorkerSpec workerSpec =
        new WorkerSpec(
            WorkerSpec.VERSION,
            spec.seed(),
            SearchSpaces.resolve(spec.searchSpace()),
            dataset(spec),
            recipe(spec.recipe()),
            collection(spec.collection()),
            new QuantizationSpec(
                Quantizer.valueOf(spec.quantization().quantizer().name()),
                spec.quantization().learningRate()),
            new PredictorSpec(
                spec.predictor().hiddenSize(),
                spec.predictor().epochs(),
                spec.predictor().learningRate(),
                spec.predictor().patience(),
                spec.predictor().ensemble()));
    byte[] bytes = workerSpec.canonicalJson();
    DatasetDirectory directory = spec.dataset().directory();
    String claim = directory == null ? "" : directory.claimName();
    String key = hash(claim, bytes);
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

  private static DatasetSpec dataset(SupernetTrainingSpec spec) {
    BuiltinDataset builtin = spec.dataset().builtin();
    DatasetDirectory directory = spec.dataset().directory();
    if (directory == null) {
      return new DatasetSpec(builtin == null ? null : name(builtin), null);
    }
    String path = directory.path() == null ? DATA_MOUNT : DATA_MOUNT + "/" + directory.path();
    return new DatasetSpec(
        builtin == null ? null : name(builtin),
        new DatasetSpec.Directory(path, DatasetSpec.Format.valueOf(directory.format().name())));
  }

  private static String name(BuiltinDataset builtin) {
    return switch (builtin) {
      case DIGITS -> "digits";
      case CLUTTERED_DIGITS -> "cluttered-digits";
    };
  }

  private static RecipeSpec recipe(RecipeSource recipe) {
    return new RecipeSpec(
        recipe.epochs(),
        recipe.batchSize(),
        recipe.learningRate(),
        recipe.weightDecay(),
        recipe.warmupFraction(),
        recipe.labelSmoothing(),
        recipe.randomSubnets(),
        recipe.distillation(),
        recipe.gradientClipNorm(),
        recipe.emaDecay(),
        new RecipeSpec.Augmentation(
            recipe.augmentation().cropPadding(),
            recipe.augmentation().horizontalFlip(),
            recipe.augmentation().colorJitter()),
        phases(recipe));
  }

  private static @Nullable List<RecipeSpec.Phase> phases(RecipeSource recipe) {
    if (recipe.phases().isEmpty()) {
      return null;
    }
    return recipe.phases().stream()
        .map(
            phase ->
                new RecipeSpec.Phase(
                    phase.name(),
                    phase.epochs(),
                    phase.elastic().stream().map(TrainingPlan::dimension).toList()))
        .toList();
  }

  private static ElasticDimension dimension(Elastic elastic) {
    return ElasticDimension.valueOf(elastic.name());
  }

  private static CollectionSpec collection(CollectionSource collection) {
    return new CollectionSpec(
        collection.fullPrecisionSamples(),
        collection.quantizedSamples(),
        collection.quantizedFinetuneSteps(),
        collection.shards(),
        collection.evaluationImages(),
        collection.calibrationImages());
  }
}
