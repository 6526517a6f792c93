package dev.apq.worker.supernet;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.apq.core.contract.ElasticDimension;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.policy.Architecture;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.data.Batch;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.tensor.AdamW;
import dev.apq.worker.tensor.DivergedException;
import dev.apq.worker.tensor.LearningRate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Training of a supernet, one step at a time.
 *
 * <p>Each step trains the largest subnet on the labels and the smallest and some random ones on the
 * largest one's predictions: the sandwich rule with in-place distillation (BigNAS, Yu et al., ECCV
 * 2020). A step is a pure function of the weights, the optimizer's state and its number, so that an
 * interrupted training continues with the same result.
 */
public final class SupernetTraining {
  private static final long ORDER = 1;
  private static final long SUBNETS = 2;

  private final SearchSpace space;
  private final RecipeSpec recipe;
  private final Dataset dataset;
  private final ElasticNetwork network;
  private final AdamW optimizer;
  private final Subnets subnets;
  private final RandomStream random;
  private final LearningRate learningRate;
  private final float smoothing;
  private int orderEpoch = -1;
  private int[] order = {};

  /**
   * @param network trained in place; gradients must be required
   * @param optimizer over the network's weights
   * @param random the stream of this training
   * @throws IllegalArgumentException if the batch size exceeds the training images
   */
  public SupernetTraining(
      RecipeSpec recipe,
      Dataset dataset,
      ElasticNetwork network,
      AdamW optimizer,
      RandomStream random) {
    if (recipe.batchSize() > dataset.train().count()) {
      throw new IllegalArgumentException(
          "recipe.batchSize: "
              + recipe.batchSize()
              + " exceeds the "
              + dataset.train().count()
              + " training images");
    }
    this.space = network.space();
    this.recipe = recipe;
    this.dataset = dataset;
    this.network = network;
    this.optimizer = optimizer;
    this.subnets = new Subnets(space);
    this.random = random;
    double warmup = Double.parseDouble(recipe.warmupFraction());
    this.learningRate =
        new LearningRate(
            Double.parseDouble(recipe.learningRate()), (int) (warmup * steps()), steps());
    this.smoothing = Float.parseFloat(recipe.labelSmoothing());
  }

  /**
   * What a step measured on its batch.
   *
   * @param loss cross entropy of the largest subnet
   * @param accuracy accuracy of the largest subnet, 0..1
   */
  public record StepResult(float loss, float accuracy) {}

  /** Steps of the whole training. */
  public int steps() {
    return recipe.epochs() * stepsPerEpoch();
  }

  /** Steps of an epoch; an incomplete last batch is left out. */
  public int stepsPerEpoch() {
    return dataset.train().count() / recipe.batchSize();
  }

  /**
   * Makes a step.
   *
   * @param step its number, from 0
   * @throws DivergedException if the loss is not finite
   */
  public StepResult step(int step) {
    Batch batch = batch(step);
    StepResult result;
    try (NDManager scope = network.parameters().scope()) {
      NDArray images = images(batch, scope);
      NDArray targets = Losses.targets(scope, batch.labels(), space.classes(), smoothing);
      try (GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
        NDArray logits = forward(subnets.largest(), images);
        NDArray loss = Losses.crossEntropy(logits, targets);
        gradients.backward(loss);
        NDArray teacher = Losses.teacher(logits);
        for (Architecture student : students(step)) {
          gradients.backward(Losses.crossEntropy(forward(student, images), teacher));
        }
        result = new StepResult(loss.getFloat(), accuracy(logits, batch.labels()));
      }
    }
    double rate = learningRate.at(step);
    if (!Float.isFinite(result.loss())) {
      throw new DivergedException(step, rate);
    }
    optimizer.step(step + 1, rate);
    return result;
  }

  private NDArray forward(Architecture architecture, NDArray images) {
    return network.logits(architecture, images, Precision.FULL, Normalizer.batchStatistics());
  }

  private List<Architecture> students(int step) {
    Set<ElasticDimension> elastic = elastic(step / stepsPerEpoch());
    if (elastic.isEmpty()) {
      return List.of();
    }
    List<Architecture> students = new ArrayList<>();
    students.add(subnets.extreme(elastic));
    for (int i = 0; i < recipe.randomSubnets(); i++) {
      students.add(subnets.random(elastic, random.at(SUBNETS, step, i)));
    }
    return students;
  }

  private Set<ElasticDimension> elastic(int epoch) {
    int end = 0;
    for (RecipeSpec.Phase phase : recipe.effectivePhases()) {
      end += phase.epochs();
      if (epoch < end) {
        return phase.elastic().isEmpty()
            ? EnumSet.noneOf(ElasticDimension.class)
            : EnumSet.copyOf(phase.elastic());
      }
    }
    return EnumSet.allOf(ElasticDimension.class);
  }

  private Batch batch(int step) {
    int epoch = step / stepsPerEpoch();
    if (epoch != orderEpoch) {
      order = IntStream.range(0, dataset.train().count()).toArray();
      random.at(ORDER, epoch).shuffle(order);
      orderEpoch = epoch;
    }
    int from = step % stepsPerEpoch() * recipe.batchSize();
    return dataset.batch(
        dataset.train(), Arrays.copyOfRange(order, from, from + recipe.batchSize()));
  }

  /** A batch in native memory, {@code [count, channels, size, size]}. */
  public static NDArray images(Batch batch, NDManager scope) {
    Shape shape = new Shape(batch.count(), batch.channels(), batch.size(), batch.size());
    return scope.create(batch.images(), shape);
  }

  private static float accuracy(NDArray logits, int[] labels) {
    return (float) correct(logits, labels) / labels.length;
  }

  /** How many rows of {@code [batch, classes]} have their label's score on top. */
  static int correct(NDArray logits, int[] labels) {
    long[] predicted = logits.argMax(1).toLongArray();
    int correct = 0;
    for (int i = 0; i < labels.length; i++) {
      correct += predicted[i] == labels[i] ? 1 : 0;
    }
    return correct;
  }
}
