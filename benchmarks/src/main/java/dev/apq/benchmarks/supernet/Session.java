package dev.apq.benchmarks.supernet;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.apq.core.policy.Architecture;
import dev.apq.core.random.RandomStream;
import dev.apq.worker.data.Batch;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.supernet.ElasticNetwork;
import dev.apq.worker.supernet.Losses;
import dev.apq.worker.supernet.NetworkLayout;
import dev.apq.worker.supernet.Normalizer;
import dev.apq.worker.supernet.Precision;
import dev.apq.worker.supernet.SubnetMeter;
import dev.apq.worker.supernet.Subnets;
import dev.apq.worker.supernet.SupernetTraining;
import dev.apq.worker.supernet.TrainingState;
import dev.apq.worker.tensor.AdamW;
import dev.apq.worker.tensor.Devices;
import dev.apq.worker.tensor.Parameters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Weights and optimizer of one measurement, and the worker's own classes at work on them. */
final class Session implements AutoCloseable {
  private final NDManager manager = NDManager.newBaseManager();
  private final Bench bench;
  private final Work work;
  private final Subnets subnets;
  private final ElasticNetwork network;
  private final AdamW optimizer;
  private final SupernetTraining sandwich;
  private final Dataset training;
  private final SubnetMeter meter;
  private int steps;

  /**
   * @param folder the written problem
   */
  Session(Bench bench, Work work, Path folder) throws IOException {
    this.bench = bench;
    this.work = work;
    this.subnets = new Subnets(bench.space());
    Parameters weights = Parameters.of(Bench.weights(folder), manager);
    if (work.training()) {
      weights.requireGradients();
    }
    this.network = new ElasticNetwork(bench.space(), weights);
    float decay = Float.parseFloat(Bench.WEIGHT_DECAY);
    this.optimizer = AdamW.fresh(weights, decay, NetworkLayout::decays, manager);
    this.training = bench.trainingData();
    this.meter = new SubnetMeter(bench.measuringData(), bench.calibration(), bench.evaluation());
    TrainingState state = new TrainingState(weights, optimizer, null);
    this.sandwich =
        new SupernetTraining(
            bench.space(),
            bench.recipe(),
            training,
            state,
            Devices.cpu(1),
            RandomStream.of(Bench.SEED));
  }

  /** Works once: a step, or a subnet's accuracy. Returns the loss or the accuracy. */
  double once() {
    return switch (work) {
      case TRAIN_LARGEST -> train(subnets.largest());
      case TRAIN_SMALLEST -> train(subnets.smallest());
      case TRAIN_SANDWICH -> sandwich.step(steps++).loss();
      case EVALUATE_LARGEST -> meter.accuracy(network, subnets.largest());
      case EVALUATE_SMALLEST -> meter.accuracy(network, subnets.smallest());
    };
  }

  /** Logits of the training batch, row by row. */
  float[] logits(boolean largest) {
    Architecture subnet = largest ? subnets.largest() : subnets.smallest();
    try (NDManager scope = network.parameters().scope()) {
      return forward(subnet, SupernetTraining.images(batch(), scope)).toFloatArray();
    }
  }

  /** What the first sandwich steps train beside the largest subnet. */
  List<List<Architecture>> students(int steps) {
    return IntStream.range(0, steps).mapToObj(sandwich::students).toList();
  }

  private double train(Architecture subnet) {
    Batch batch = batch();
    float loss;
    try (NDManager scope = network.parameters().scope();
        GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
      NDArray targets = Losses.targets(scope, batch.labels(), bench.space().classes(), 0);
      NDArray logits = forward(subnet, SupernetTraining.images(batch, scope));
      NDArray crossEntropy = Losses.crossEntropy(logits, targets);
      gradients.backward(crossEntropy);
      loss = crossEntropy.getFloat();
    }
    optimizer.step(++steps, Double.parseDouble(Bench.LEARNING_RATE));
    return loss;
  }

  private Batch batch() {
    return training.batch(training.train(), 0, bench.batch());
  }

  private NDArray forward(Architecture subnet, NDArray images) {
    return network.logits(subnet, images, Precision.FULL, Normalizer.batchStatistics());
  }

  @Override
  public void close() {
    manager.close();
  }
}
