package dev.apq.worker.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.contract.TrainingPrecision;
import dev.apq.core.policy.Architecture;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.data.Datasets;
import dev.apq.worker.tensor.AdamW;
import dev.apq.worker.tensor.Arithmetic;
import dev.apq.worker.tensor.Devices;
import dev.apq.worker.tensor.Parameters;
import dev.apq.worker.tensor.WeightAverage;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** bfloat16 on the CPU, which can compute with it, in place of a GPU. */
class MixedPrecisionTest {
  private static final SearchSpace SPACE = TinySpaces.digits();
  private static final Dataset DIGITS = Datasets.open(new DatasetSpec("digits", null), SPACE);

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private record Passed(float[] logits, Map<String, float[]> gradients) {}

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void scoresAndGradientsAreThoseOfFloatsUpToTheRounding(boolean nativeConvolutions) {
    SearchSpace space = nativeConvolutions ? TinySpaces.withFirstBlock() : SPACE;
    Architecture largest = new Subnets(space).largest();
    for (Architecture subnet : new Architecture[] {largest, new Subnets(space).smallest()}) {
      Passed full = pass(space, subnet, Arithmetic.FLOAT32);
      Passed mixed = pass(space, subnet, Arithmetic.BFLOAT16);
      assertThat(relative(mixed.logits(), full.logits())).isBetween(1e-5, 0.03);
      full.gradients()
          .forEach(
              (name, gradient) -> {
                float[] other = mixed.gradients().get(name);
                for (float value : other) {
                  assertThat(value).as(name).isFinite();
                }
                // One that did not arrive would differ by 1. Small ones are sums that cancel.
                if (norm(gradient) > 0.02 * norm(all(full.gradients()))) {
                  assertThat(relative(other, gradient)).as(name).isLessThan(0.6);
                }
              });
      assertThat(relative(all(mixed.gradients()), all(full.gradients()))).isBetween(1e-5, 0.1);
    }
  }

  @Test
  void aShortTrainingLearnsAsMuch() {
    double full = accuracyAfterTraining(TrainingPrecision.FLOAT32);
    double mixed = accuracyAfterTraining(TrainingPrecision.BFLOAT16);
    assertThat(full).isGreaterThan(0.7);
    // Three binomial standard deviations of 300 images.
    assertThat(mixed).isCloseTo(full, within(3 * Math.sqrt(full * (1 - full) / 300)));
  }

  @Test
  void onlyTrainingInBfloat16Differs() {
    assertThat(trained(null, 2)).isEqualTo(trained(TrainingPrecision.FLOAT32, 2));
    assertThat(trained(TrainingPrecision.BFLOAT16, 2))
        .isEqualTo(trained(TrainingPrecision.BFLOAT16, 2))
        .isNotEqualTo(trained(TrainingPrecision.FLOAT32, 2));
  }

  /** The first moments of all weights after some steps. */
  private Map<String, FloatTensor> trained(TrainingPrecision precision, int steps) {
    RecipeSpec recipe = recipe(precision);
    TrainingState state = state(recipe);
    SupernetTraining training = training(recipe, state);
    for (int step = 0; step < steps; step++) {
      training.step(step);
    }
    return state.optimizer().mean().toTensors();
  }

  private double accuracyAfterTraining(TrainingPrecision precision) {
    RecipeSpec recipe = recipe(precision);
    TrainingState state = state(recipe);
    SupernetTraining training = training(recipe, state);
    assertThat(training.arithmetic().name()).isEqualTo(precision.name());
    for (int step = 0; step < training.schedule().steps(); step++) {
      training.step(step);
    }
    state
        .weights()
        .all()
        .forEach(
            (name, weight) ->
                assertThat(weight.getDataType()).as(name).isEqualTo(DataType.FLOAT32));
    ElasticNetwork network = new ElasticNetwork(SPACE, state.published());
    return new SubnetMeter(DIGITS, 200, 300).accuracy(network, new Subnets(SPACE).largest());
  }

  private Passed pass(SearchSpace space, Architecture subnet, Arithmetic arithmetic) {
    Parameters weights = Parameters.of(weights(space), manager);
    weights.requireGradients();
    try (NDManager scope = weights.scope();
        GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray images =
          scope.create(
              uniform(32 * space.inputChannels() * space.resolution() * space.resolution()),
              new ai.djl.ndarray.types.Shape(
                  32, space.inputChannels(), space.resolution(), space.resolution()));
      NDArray logits =
          new ElasticNetwork(space, weights, arithmetic)
              .logits(subnet, images, Precision.FULL, Normalizer.batchStatistics());
      assertThat(logits.getDataType()).isEqualTo(DataType.FLOAT32);
      int[] labels = new int[32];
      Arrays.setAll(labels, i -> i % space.classes());
      collector.backward(
          Losses.crossEntropy(logits, Losses.targets(scope, labels, space.classes(), 0)));
      Map<String, float[]> gradients = new HashMap<>();
      weights
          .all()
          .forEach(
              (name, weight) -> {
                assertThat(weight.getGradient().getDataType()).isEqualTo(DataType.FLOAT32);
                gradients.put(name, weight.getGradient().toFloatArray());
              });
      return new Passed(logits.toFloatArray(), gradients);
    }
  }

  private static float[] uniform(int count) {
    float[] values = new float[count];
    RandomStream random = RandomStream.of(3);
    for (int i = 0; i < count; i++) {
      values[i] = (float) (2 * random.at(i).nextDouble() - 1);
    }
    return values;
  }

  /** Initial weights without silent branches. */
  private static Map<String, FloatTensor> weights(SearchSpace space) {
    Map<String, FloatTensor> weights =
        new HashMap<>(NetworkLayout.initialWeights(space, RandomStream.of(5)));
    weights.replaceAll(
        (name, tensor) -> {
          if (!name.endsWith(".gamma")) {
            return tensor;
          }
          float[] ones = new float[tensor.data().length];
          Arrays.fill(ones, 1);
          return new FloatTensor(tensor.shape(), ones);
        });
    return weights;
  }

  private static float[] all(Map<String, float[]> arrays) {
    float[] all = new float[arrays.values().stream().mapToInt(a -> a.length).sum()];
    int next = 0;
    for (String name : arrays.keySet().stream().sorted().toList()) {
      float[] part = arrays.get(name);
      System.arraycopy(part, 0, all, next, part.length);
      next += part.length;
    }
    return all;
  }

  /** The norm of the difference as a share of the norm. */
  private static double relative(float[] actual, float[] expected) {
    float[] difference = new float[expected.length];
    for (int i = 0; i < expected.length; i++) {
      difference[i] = actual[i] - expected[i];
    }
    return norm(difference) / norm(expected);
  }

  private static double norm(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }

  private TrainingState state(RecipeSpec recipe) {
    Map<String, FloatTensor> initial = NetworkLayout.initialWeights(SPACE, RandomStream.of(12));
    Parameters weights = Parameters.of(initial, manager);
    weights.requireGradients();
    return new TrainingState(
        weights,
        AdamW.fresh(weights, 0.01f, NetworkLayout::decays, manager),
        new WeightAverage(Parameters.of(initial, manager), Double.parseDouble(recipe.emaDecay())));
  }

  private static SupernetTraining training(RecipeSpec recipe, TrainingState state) {
    return new SupernetTraining(SPACE, recipe, DIGITS, state, Devices.cpu(1), RandomStream.of(11));
  }

  private static RecipeSpec recipe(TrainingPrecision precision) {
    return new RecipeSpec(
        4,
        32,
        "0.004",
        "0.01",
        "0.1",
        "0.1",
        1,
        true,
        "5",
        "0.9",
        RecipeSpec.Augmentation.NONE,
        null,
        precision);
  }
}
