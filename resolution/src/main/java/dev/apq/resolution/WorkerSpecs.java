package dev.apq.resolution;

import dev.apq.api.v1alpha1.BuiltinDataset;
import dev.apq.api.v1alpha1.CollectionSource;
import dev.apq.api.v1alpha1.DatasetDirectory;
import dev.apq.api.v1alpha1.Elastic;
import dev.apq.api.v1alpha1.Precision;
import dev.apq.api.v1alpha1.RecipeSource;
import dev.apq.api.v1alpha1.SupernetTrainingSpec;
import dev.apq.core.contract.CollectionSpec;
import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.ElasticDimension;
import dev.apq.core.contract.PredictorSpec;
import dev.apq.core.contract.QuantizationSpec;
import dev.apq.core.contract.Quantizer;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.contract.TrainingPrecision;
import dev.apq.core.contract.WorkerSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What workers are told about a SupernetTraining. */
public final class WorkerSpecs {
  /** Where Pods see the volume of a directory data set. */
  public static final String DATA_MOUNT = "/apq/data";

  private WorkerSpecs() {}

  /**
   * Resolves a specification: presets are written out, defaults filled in.
   *
   * @throws IllegalArgumentException naming the field that cannot be used
   */
  public static WorkerSpec of(SupernetTrainingSpec spec) {
    return new WorkerSpec(
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
  }

  private static DatasetSpec dataset(SupernetTrainingSpec spec) {
    BuiltinDataset builtin = spec.dataset().builtin();
    DatasetDirectory directory = spec.dataset().directory();
    if (directory == null) {
      return new DatasetSpec(builtin == null ? null : name(builtin), null);
    }
    if ((directory.claimName() == null) == (directory.uri() == null)) {
      throw new IllegalArgumentException("dataset.directory: set exactly one of claimName and uri");
    }
    String path = directory.path() == null ? DATA_MOUNT : DATA_MOUNT + "/" + directory.path();
    return new DatasetSpec(
        builtin == null ? null : name(builtin),
        new DatasetSpec.Directory(
            directory.uri() == null ? path : null,
            directory.uri(),
            DatasetSpec.Format.valueOf(directory.format().name())));
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
        phases(recipe),
        precision(recipe.precision()));
  }

  /** Nothing for the worker's own choice: such a specification is what it was without the field. */
  private static @Nullable TrainingPrecision precision(Precision precision) {
    return precision == Precision.AUTO ? null : TrainingPrecision.valueOf(precision.name());
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
                    phase.elastic().stream().map(WorkerSpecs::dimension).toList()))
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
