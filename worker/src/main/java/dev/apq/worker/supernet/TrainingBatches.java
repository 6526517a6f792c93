package dev.apq.worker.supernet;

import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.random.RandomStream;
import dev.apq.worker.data.Augmentation;
import dev.apq.worker.data.Batch;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.data.Lookahead;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The batch of each training step: a pure function of the random stream and the step's number. */
final class TrainingBatches {
  private static final long ORDER = 1;
  private static final long AUGMENTATION = 3;

  private final Dataset dataset;
  private final TrainingSchedule schedule;
  private final int batchSize;
  private final Augmentation augmentation;
  private final RandomStream random;
  private final Lookahead batches;
  private int orderEpoch = -1;
  private int[] order = {};

  TrainingBatches(
      RecipeSpec recipe, Dataset dataset, TrainingSchedule schedule, RandomStream random) {
    this.dataset = dataset;
    this.schedule = schedule;
    this.batchSize = recipe.batchSize();
    this.augmentation = new Augmentation(recipe.augmentation());
    this.random = random;
    this.batches = new Lookahead(this::read, schedule.steps());
  }

  /** The images of a step; an epoch shows each at most once. */
  Batch at(int step) {
    return batches.at(step);
  }

  private Batch read(int step) {
    int epoch = schedule.epoch(step);
    if (epoch != orderEpoch) {
      order = IntStream.range(0, dataset.train().count()).toArray();
      random.at(ORDER, epoch).shuffle(order);
      orderEpoch = epoch;
    }
    int from = step % schedule.stepsPerEpoch() * batchSize;
    int[] indices = Arrays.copyOfRange(order, from, from + batchSize);
    return dataset.batch(dataset.train(), indices, augmentation, random.at(AUGMENTATION, step));
  }
}
