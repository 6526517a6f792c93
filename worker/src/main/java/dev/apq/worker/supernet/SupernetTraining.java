package dev.apq.worker.supernet;

import ai.djl.Device;
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
import dev.apq.worker.tensor.Arithmetic;
import dev.apq.worker.tensor.Devices;
import dev.apq.worker.tensor.DivergedException;
import dev.apq.worker.tensor.Gradients;
import dev.apq.worker.tensor.Parameters;
import dev.apq.worker.tensor.Replicas;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Training of a supernet, one step at a time.
 *
 * <p>Each step trains the largest subnet on the labels and the smallest and some random ones on the
 * largest one's predictions: the sandwich rule with in-place distillation (BigNAS, Yu et al., ECCV
 * 2020). Before the first step with elastic widths the channels are put in order of importance. A
 * step is a pure function of the state and its number, so that an interrupted training continues
 * with the same result.
 */
public final class SupernetTraining {
  private static final long SUBNETS = 2;

  private final SearchSpace space;
  private final RecipeSpec recipe;
  private final TrainingSchedule schedule;
  private final TrainingBatches batches;
  private final TrainingState state;
  private final Replicas replicas;
  private final Arithmetic arithmetic;
  private final List<SandwichPass> passes = new ArrayList<>();
  private final Subnets subnets;
  private final RandomStream random;
  private final double clipNorm;

  /**
   * @param state changed in place; its weights must require gradients
   * @param devices the first holds the weights
   * @param random the stream of this training
   * @throws IllegalArgumentException if the batch size exceeds the training images or the devices
   *     lack the recipe's precision
   */
  public SupernetTraining(
      SearchSpace space,
      RecipeSpec recipe,
      Dataset dataset,
      TrainingState state,
      Devices devices,
      RandomStream random) {
    this(
        space,
        recipe,
        dataset,
        state,
        devices.all(),
        Arithmetic.choose(recipe.precision(), devices),
        random);
  }

  /** On any devices, the same one several times if need be. */
  SupernetTraining(
      SearchSpace space,
      RecipeSpec recipe,
      Dataset dataset,
      TrainingState state,
      List<Device> devices,
      Arithmetic arithmetic,
      RandomStream random) {
    this.space = space;
    this.recipe = recipe;
    this.schedule = new TrainingSchedule(recipe, dataset.train().count());
    this.batches = new TrainingBatches(recipe, dataset, schedule, random);
    this.state = state;
    this.subnets = new Subnets(space);
    this.random = random;
    this.clipNorm = Double.parseDouble(recipe.gradientClipNorm());
    this.replicas = new Replicas(state.weights(), devices, state.weights().manager());
    this.arithmetic = arithmetic;
    for (int device = 0; device < replicas.count(); device++) {
      ElasticNetwork network = new ElasticNetwork(space, replicas.on(device), arithmetic);
      passes.add(new SandwichPass(network, recipe));
    }
  }

  /**
   * What a step measured on its batch.
   *
   * @param loss cross entropy of the largest subnet
   * @param accuracy accuracy of the largest subnet, 0..1
   */
  public record StepResult(float loss, float accuracy) {}

  /** When the steps are. */
  public TrainingSchedule schedule() {
    return schedule;
  }

  /** What the steps compute with. */
  public Arithmetic arithmetic() {
    return arithmetic;
  }

  /** What the steps change. */
  public TrainingState state() {
    return state;
  }

  /**
   * Makes a step.
   *
   * @param step its number, from 0
   * @throws DivergedException if the loss or a gradient is not finite
   */
  public StepResult step(int step) {
    if (schedule.startsWidth(step)) {
      state.reorder(ChannelOrder.byImportance(space, state.weights()));
    }
    double rate = schedule.learningRate(step);
    StepResult result = collectGradients(step);
    if (!Float.isFinite(result.loss())) {
      throw new DivergedException(step, rate);
    }
    double norm = Gradients.requireFinite(state.weights(), step, rate);
    if (clipNorm > 0) {
      Gradients.clip(state.weights(), norm, clipNorm);
    }
    state.optimizer().step(step + 1, rate);
    if (state.average() != null) {
      state.average().update(state.weights(), step + 1);
    }
    return result;
  }

  /** Collects the gradients of the whole batch, each device those of its share. */
  private StepResult collectGradients(int step) {
    Batch batch = batches.at(step);
    List<Architecture> students = students(step);
    replicas.spread();
    try (Scopes scopes = new Scopes();
        GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
      List<Batch> shares = new ArrayList<>();
      List<SandwichPass.Outcome> outcomes = new ArrayList<>();
      for (int device = 0; device < replicas.count(); device++) {
        int from = replicas.begin(device, batch.count());
        int to = replicas.begin(device + 1, batch.count());
        Batch share = batch.slice(from, to);
        float weight = (float) share.count() / batch.count();
        NDManager scope = scopes.open(replicas.on(device));
        shares.add(share);
        outcomes.add(passes.get(device).run(gradients, share, weight, students, scope));
      }
      replicas.reduce();
      return result(batch, shares, outcomes);
    }
  }

  private static StepResult result(
      Batch batch, List<Batch> shares, List<SandwichPass.Outcome> outcomes) {
    float loss = 0;
    int correct = 0;
    for (int i = 0; i < shares.size(); i++) {
      float weight = (float) shares.get(i).count() / batch.count();
      loss += weight * outcomes.get(i).loss().getFloat();
      correct += correct(outcomes.get(i).logits(), shares.get(i).labels());
    }
    return new StepResult(loss, (float) correct / batch.count());
  }

  /** The subnets that a step trains beside the largest one. */
  public List<Architecture> students(int step) {
    Set<ElasticDimension> elastic = schedule.elastic(step);
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

  /** A batch in native memory, {@code [count, channels, size, size]}. */
  public static NDArray images(Batch batch, NDManager scope) {
    Shape shape = new Shape(batch.count(), batch.channels(), batch.size(), batch.size());
    return scope.create(batch.images(), shape);
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

  /** Temporary arrays of one step, on every device. */
  private static final class Scopes implements AutoCloseable {
    private final List<NDManager> open = new ArrayList<>();

    NDManager open(Parameters weights) {
      NDManager scope = weights.scope();
      open.add(scope);
      return scope;
    }

    @Override
    public void close() {
      open.forEach(NDManager::close);
    }
  }
}
