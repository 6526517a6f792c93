package dev.apq.worker.stage;

import ai.djl.ndarray.NDManager;
import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.artifact.Json;
import dev.apq.core.artifact.Safetensors;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.policy.Architecture;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.collection.SamplePlan;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.data.Datasets;
import dev.apq.worker.supernet.ElasticNetwork;
import dev.apq.worker.supernet.Health;
import dev.apq.worker.supernet.HealthCheck;
import dev.apq.worker.supernet.NetworkLayout;
import dev.apq.worker.supernet.SubnetMeter;
import dev.apq.worker.supernet.SupernetTraining;
import dev.apq.worker.supernet.TrainingState;
import dev.apq.worker.tensor.Arithmetic;
import dev.apq.worker.tensor.Devices;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Trains the supernet and checks its health. */
final class TrainStage implements StageWork {
  private static final long WEIGHTS = 0;
  private static final long STEPS = 1;
  private static final long HEALTH = 2;
  private static final double TRAINING_SHARE = 0.9;
  private static final double SMOOTHING = 0.95;

  private final Duration checkpointInterval;

  /**
   * @param checkpointInterval least time between two checkpoints
   */
  TrainStage(Duration checkpointInterval) {
    this.checkpointInterval = checkpointInterval;
  }

  @Override
  public StageResult run(StageContext context) throws IOException {
    SearchSpace space = context.spec().space();
    Dataset dataset = Datasets.open(context.spec().dataset(), space, context.progress()::note);
    RecipeSpec recipe = context.spec().recipe();
    TrainingCheckpoint start =
        TrainingCheckpoint.read(context.folder(), context.inputDigest())
            .orElseGet(
                () ->
                    TrainingCheckpoint.start(
                        recipe, NetworkLayout.initialWeights(space, context.random().at(WEIGHTS))));
    Devices devices = Devices.find();
    try (NDManager manager = NDManager.newBaseManager(devices.first())) {
      TrainingState state = start.state(recipe, manager);
      SupernetTraining training =
          new SupernetTraining(space, recipe, dataset, state, devices, context.random().at(STEPS));
      Arithmetic arithmetic = training.arithmetic();
      context.progress().note("train: " + devices.describe() + ", " + arithmetic.describe());
      train(context, training, start.step());
      ElasticNetwork network = new ElasticNetwork(space, state.published());
      return finish(context, dataset, network, training);
    }
  }

  private void train(StageContext context, SupernetTraining training, int firstStep)
      throws IOException {
    int steps = training.schedule().steps();
    long saved = System.nanoTime();
    double loss = Double.NaN;
    double accuracy = 0;
    for (int step = firstStep; step < steps; step++) {
      SupernetTraining.StepResult result = training.step(step);
      boolean first = Double.isNaN(loss);
      loss = first ? result.loss() : SMOOTHING * loss + (1 - SMOOTHING) * result.loss();
      accuracy =
          first ? result.accuracy() : SMOOTHING * accuracy + (1 - SMOOTHING) * result.accuracy();
      context
          .progress()
          .training(
              TRAINING_SHARE * (step + 1) / steps,
              training.schedule().epoch(step) + 1,
              context.spec().recipe().epochs(),
              loss,
              accuracy,
              message(step + 1, steps, loss, accuracy));
      boolean last = step + 1 == steps;
      boolean due = System.nanoTime() - saved >= checkpointInterval.toNanos();
      if (last || due || context.stop().requested()) {
        TrainingCheckpoint.of(step + 1, training.state())
            .write(context.folder(), context.inputDigest());
        saved = System.nanoTime();
        context.stopIfRequested();
      }
    }
  }

  private static String message(int step, int steps, double loss, double accuracy) {
    return String.format(
        Locale.ROOT,
        "step %d of %d, loss %.3f, accuracy %.1f%% (largest subnet, training images)",
        step,
        steps,
        loss,
        100 * accuracy);
  }

  private static StageResult finish(
      StageContext context, Dataset dataset, ElasticNetwork network, SupernetTraining training)
      throws IOException {
    Safetensors.write(
        context.folder().resolve(StoreLayout.SUPERNET), network.parameters().toTensors());
    Health health = check(context, dataset, network);
    AtomicFiles.write(context.folder().resolve(StoreLayout.HEALTH), Json.bytes(health));
    TrainingCheckpoint.delete(context.folder());
    Map<String, Long> counts =
        Map.of(
            "steps", (long) training.schedule().steps(),
            "trainingImages", (long) dataset.train().count(),
            "healthImages", (long) health.images());
    return new StageResult(
        List.of(StoreLayout.SUPERNET, StoreLayout.HEALTH),
        counts,
        summary(health, training.arithmetic()),
        headline(health));
  }

  private static Map<String, String> summary(Health health, Arithmetic arithmetic) {
    Map<String, String> summary = new HashMap<>();
    summary.put("largestAccuracy", StageResult.figure(health.largest()));
    summary.put("smallestAccuracy", StageResult.figure(health.smallest()));
    summary.put("randomMin", StageResult.figure(health.randomMin()));
    summary.put("randomMax", StageResult.figure(health.randomMax()));
    summary.put("randomMean", StageResult.figure(health.randomMean()));
    summary.put("randomSpread", StageResult.figure(health.randomMax() - health.randomMin()));
    summary.put("healthy", Boolean.toString(health.healthy()));
    summary.put("healthProblems", String.join("; ", health.problems()));
    if (arithmetic != Arithmetic.FLOAT32) {
      // Absent otherwise: the same training keeps the manifest, and with it the digests, it had.
      summary.put("arithmetic", arithmetic.describe());
    }
    return summary;
  }

  private static String headline(Health health) {
    String range =
        String.format(
            Locale.ROOT,
            "largest subnet %.1f%%, smallest %.1f%%, random ones %.1f%% to %.1f%%",
            100 * health.largest(),
            100 * health.smallest(),
            100 * health.randomMin(),
            100 * health.randomMax());
    return health.healthy()
        ? "healthy: " + range
        : "NOT HEALTHY (" + String.join("; ", health.problems()) + "): " + range;
  }

  private static Health check(StageContext context, Dataset dataset, ElasticNetwork network) {
    int calibration = context.spec().collection().calibrationImages();
    int evaluation = context.spec().collection().evaluationImages();
    SubnetMeter meter =
        new SubnetMeter(dataset.holding(calibration, evaluation), calibration, evaluation);
    SamplePlan plan =
        new SamplePlan(
            network.space(), HealthCheck.RANDOM_SUBNETS + 2, context.random().at(HEALTH));
    List<Architecture> random =
        IntStream.range(2, HealthCheck.RANDOM_SUBNETS + 2).mapToObj(plan::architecture).toList();
    AtomicInteger done = new AtomicInteger();
    return new HealthCheck(
            network.space(),
            architecture -> meter.accuracy(network, architecture),
            meter.evaluationImages(),
            () -> {
              context.stopIfRequested();
              double fraction = (double) done.incrementAndGet() / HealthCheck.measurements();
              context
                  .progress()
                  .step(TRAINING_SHARE + (1 - TRAINING_SHARE) * fraction, "checking the supernet");
            })
        .check(random);
  }
}
