package dev.apq.worker.estimate;

import ai.djl.ndarray.NDManager;
import dev.apq.core.contract.ElasticDimension;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.data.ImageSet;
import dev.apq.worker.data.Normalization;
import dev.apq.worker.supernet.NetworkLayout;
import dev.apq.worker.supernet.SupernetTraining;
import dev.apq.worker.supernet.TrainingState;
import dev.apq.worker.tensor.AdamW;
import dev.apq.worker.tensor.Devices;
import dev.apq.worker.tensor.Parameters;
import dev.apq.worker.tensor.WeightAverage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Training steps of each phase of a recipe, with its students, augmentation and average. */
final class TrainingProbe {
  /** Small enough for training on noise to stay finite. */
  static final double RATE = 1e-6;

  private static final int STEPS_PER_EPOCH = 64;
  private static final RandomStream RANDOM = RandomStream.of(1);

  private final WorkerSpec spec;
  private final Devices devices;
  private final Normalization normalization;

  TrainingProbe(WorkerSpec spec, Devices devices, Normalization normalization) {
    this.spec = spec;
    this.devices = devices;
    this.normalization = normalization;
  }

  /** Measures repeated work. */
  @FunctionalInterface
  interface Stopwatch {
    double secondsPerImage(int images, Runnable work);
  }

  /**
   * Seconds an image in each phase.
   *
   * @param images a step
   */
  List<Double> phases(int images, Stopwatch stopwatch) {
    Map<Set<ElasticDimension>, Double> measured = new HashMap<>();
    List<Double> phases = new ArrayList<>();
    try (NDManager manager = NDManager.newBaseManager(devices.first())) {
      SupernetTraining training = training(images, manager);
      int epoch = 0;
      for (RecipeSpec.Phase phase : spec.recipe().effectivePhases()) {
        int first = epoch * STEPS_PER_EPOCH + 1;
        phases.add(
            measured.computeIfAbsent(
                Set.copyOf(phase.elastic()),
                elastic -> stopwatch.secondsPerImage(images, new Steps(training, first))));
        epoch += phase.epochs();
      }
    }
    return phases;
  }

  /** Makes a step of the last phase, which has the most subnets. */
  void step(int images) {
    try (NDManager manager = NDManager.newBaseManager(devices.first())) {
      SupernetTraining training = training(images, manager);
      training.step(training.schedule().steps() - 1);
    }
  }

  private SupernetTraining training(int images, NDManager manager) {
    RecipeSpec recipe = recipe(images);
    SearchSpace space = spec.space();
    ImageSet set =
        new NoiseImages(
            images * STEPS_PER_EPOCH, space.inputChannels(), space.resolution(), space.classes());
    Dataset noise = new Dataset(set, set, set, space.classes(), normalization);
    var initial = NetworkLayout.initialWeights(space, RANDOM);
    Parameters weights = Parameters.of(initial, manager);
    weights.requireGradients();
    AdamW optimizer =
        AdamW.fresh(
            weights, Float.parseFloat(recipe.weightDecay()), NetworkLayout::decays, manager);
    double decay = Double.parseDouble(recipe.emaDecay());
    WeightAverage average =
        decay > 0 ? new WeightAverage(Parameters.of(initial, manager), decay) : null;
    TrainingState state = new TrainingState(weights, optimizer, average);
    return new SupernetTraining(space, recipe, noise, state, devices, RANDOM);
  }

  private RecipeSpec recipe(int images) {
    RecipeSpec recipe = spec.recipe();
    return new RecipeSpec(
        recipe.epochs(),
        images,
        "0.000001",
        recipe.weightDecay(),
        recipe.warmupFraction(),
        recipe.labelSmoothing(),
        recipe.randomSubnets(),
        recipe.distillation(),
        recipe.gradientClipNorm(),
        recipe.emaDecay(),
        recipe.augmentation(),
        recipe.phases(),
        recipe.precision());
  }

  /** One step after the other within an epoch, each with other random subnets. */
  private static final class Steps implements Runnable {
    private final SupernetTraining training;
    private final int first;
    private int made;

    Steps(SupernetTraining training, int first) {
      this.training = training;
      this.first = first;
    }

    @Override
    public void run() {
      training.step(first + made++ % (STEPS_PER_EPOCH - 1));
    }
  }
}
