package dev.apq.worker.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.ElasticDimension;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.contract.RecipeSpec.Phase;
import dev.apq.core.policy.Architecture;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.data.Datasets;
import dev.apq.worker.tensor.AdamW;
import dev.apq.worker.tensor.Devices;
import dev.apq.worker.tensor.DivergedException;
import dev.apq.worker.tensor.Numbers;
import dev.apq.worker.tensor.Parameters;
import dev.apq.worker.tensor.WeightAverage;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SupernetTrainingTest {
  private static final SearchSpace SPACE = TinySpaces.digits();
  private static final Dataset DIGITS = Datasets.open(new DatasetSpec("digits", null), SPACE);
  private static final List<Phase> SHRINKING =
      List.of(
          new Phase("largest", 1, List.of()),
          new Phase("kernel", 1, List.of(ElasticDimension.KERNEL)),
          new Phase("width", 2, List.of(ElasticDimension.KERNEL, ElasticDimension.WIDTH)));

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void theScheduleFollowsThePhases() {
    TrainingSchedule schedule = new TrainingSchedule(recipe(SHRINKING, true, "0", "0"), 100);
    assertThat(schedule.stepsPerEpoch()).isEqualTo(3);
    assertThat(schedule.steps()).isEqualTo(12);
    assertThat(schedule.elastic(2)).isEmpty();
    assertThat(schedule.elastic(3)).isEqualTo(Set.of(ElasticDimension.KERNEL));
    assertThat(schedule.elastic(11))
        .isEqualTo(Set.of(ElasticDimension.KERNEL, ElasticDimension.WIDTH));
    for (int step = 0; step < schedule.steps(); step++) {
      assertThat(schedule.startsWidth(step)).as("step " + step).isEqualTo(step == 6);
    }
    TrainingSchedule elastic = new TrainingSchedule(recipe(null, true, "0", "0"), 100);
    for (int step = 0; step < elastic.steps(); step++) {
      assertThat(elastic.startsWidth(step)).isFalse();
    }
  }

  @Test
  void aStateCopiedAtAnyStepContinuesToTheSameBytes() {
    RecipeSpec recipe = recipe(SHRINKING, true, "0.5", "0.9");
    int perEpoch = DIGITS.train().count() / recipe.batchSize();
    int from = 2 * perEpoch - 2;
    SupernetTraining straight = training(recipe, state(recipe));
    for (int step = from; step < from + 3; step++) {
      straight.step(step);
    }
    SupernetTraining cut = training(recipe, state(recipe));
    cut.step(from);
    for (int step = from + 1; step < from + 3; step++) {
      cut = training(recipe, copy(cut.state(), recipe));
      cut.step(step);
    }
    assertSame(cut.state().weights(), straight.state().weights());
    assertSame(cut.state().optimizer().variance(), straight.state().optimizer().variance());
    assertSame(cut.state().published(), straight.state().published());
    assertThat(cut.state().published()).isNotSameAs(cut.state().weights());
  }

  @Test
  void channelsAreSortedWhenWidthBecomesElastic() {
    RecipeSpec recipe = recipe(SHRINKING, true, "0", "0.9");
    int start = 2 * (DIGITS.train().count() / recipe.batchSize());
    TrainingState sorted = state(recipe);
    TrainingState byHand = copy(sorted, recipe);
    training(recipe, sorted).step(start);
    byHand.reorder(ChannelOrder.byImportance(SPACE, byHand.weights()));
    RecipeSpec unsorted = recipe(null, true, "0", "0.9");
    assertThat(new TrainingSchedule(unsorted, 1197).startsWidth(start)).isFalse();
    float[] before = byHand.weights().get("blocks.0.project.weight").toFloatArray();
    float[] after = sorted.weights().get("blocks.0.project.weight").toFloatArray();
    assertThat(after).containsExactly(before, within(0.02f));
  }

  @Test
  void clippingBoundsTheFirstMomentOfTheGradients() {
    RecipeSpec free = recipe(null, true, "0", "0");
    RecipeSpec clipped = recipe(null, true, "0.001", "0");
    TrainingState freely = state(free);
    TrainingState bounded = state(clipped);
    training(free, freely).step(0);
    training(clipped, bounded).step(0);
    // After one step Adam's mean is a tenth of the gradient.
    assertThat(norm(freely.optimizer().mean())).isGreaterThan(0.01);
    assertThat(norm(bounded.optimizer().mean())).isCloseTo(0.0001, within(1e-6));
  }

  @Test
  void eachStepTrainsTheSmallestOfItsPhaseAndRandomOnes() {
    RecipeSpec recipe = recipe(SHRINKING, true, "0", "0");
    SupernetTraining training = training(recipe, state(recipe));
    int epoch = training.schedule().stepsPerEpoch();
    Subnets subnets = new Subnets(SPACE);
    assertThat(training.students(0)).as("the largest alone").isEmpty();
    for (int step : new int[] {epoch, epoch + 1, 2 * epoch, 4 * epoch - 1}) {
      Set<ElasticDimension> elastic = training.schedule().elastic(step);
      List<Architecture> students = training.students(step);
      assertThat(students).hasSize(1 + recipe.randomSubnets()).isEqualTo(training.students(step));
      assertThat(students.get(0)).isEqualTo(subnets.extreme(elastic));
      assertThat(students).allMatch(student -> student.depths().equals(subnets.largest().depths()));
      if (!elastic.contains(ElasticDimension.WIDTH)) {
        assertThat(students)
            .allMatch(student -> student.channels().equals(subnets.largest().channels()));
      }
    }
    assertThat(training.students(epoch)).isNotEqualTo(training.students(epoch + 1));
  }

  @Test
  void distillationDecidesWhatSubnetsLearnFrom() {
    RecipeSpec distilled = recipe(null, true, "0", "0");
    RecipeSpec labels = recipe(null, false, "0", "0");
    TrainingState one = state(distilled);
    TrainingState other = state(labels);
    var first = training(distilled, one).step(0);
    assertThat(training(labels, other).step(0)).isEqualTo(first);
    assertThat(one.optimizer().mean().get("classifier.weight").toFloatArray())
        .isNotEqualTo(other.optimizer().mean().get("classifier.weight").toFloatArray());
  }

  @Test
  void decayShrinksWeightsButNotNormalizationBiasAndTransforms() {
    RecipeSpec recipe = recipe(null, true, "0", "0");
    TrainingState state = state(recipe);
    AdamW optimizer =
        new AdamW(
            state.weights(),
            state.optimizer().mean(),
            state.optimizer().variance(),
            0.5f,
            NetworkLayout::decays);
    Map<String, float[]> before = values(state.weights());
    try (var gradients = Engine.getInstance().newGradientCollector()) {
      var sum = state.weights().get("stem.weight").sum();
      for (var weight : state.weights().all().values()) {
        sum = sum.add(weight.sum());
      }
      gradients.backward(Numbers.multiply(sum, 0));
    }
    optimizer.step(1, 0.1);
    before.forEach(
        (name, values) -> {
          boolean decays =
              !name.contains(".bn.") && !name.endsWith(".bias") && !name.contains(".kernel");
          float[] after = state.weights().get(name).toFloatArray();
          for (int i = 0; i < values.length; i++) {
            assertThat(after[i])
                .as(name)
                .isCloseTo(decays ? 0.95f * values[i] : values[i], within(1e-6f));
          }
        });
  }

  @Test
  void aLossThatIsNotFiniteIsNamedWithItsStepAndRate() {
    Map<String, FloatTensor> weights = new HashMap<>(initial());
    fill(weights, "classifier.weight", Float.NaN);
    assertDiverges(weights, "the loss");
  }

  @Test
  void gradientsThatAreNotFiniteAreNamedThoughTheLossIsFinite() {
    Map<String, FloatTensor> weights = new HashMap<>(initial());
    // The activations before the classifier are so small that its weights, too large for any
    // gradient, still give moderate scores.
    fill(weights, "head.bn.gamma", 0);
    fill(weights, "head.bn.beta", 1e-37f);
    fill(weights, "classifier.weight", 1e38f);
    float[] classifier = weights.get("classifier.weight").data();
    for (int i = 0; i < classifier.length / 2; i++) {
      classifier[i] = -1e38f;
    }
    assertDiverges(weights, "the gradients");
  }

  private void assertDiverges(Map<String, FloatTensor> weights, String what) {
    RecipeSpec recipe = recipe(null, true, "1", "0");
    SupernetTraining training = training(recipe, state(weights, recipe));
    assertThatThrownBy(() -> training.step(4))
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining(what)
        .hasMessageContaining("step 4")
        .hasMessageContaining("learning rate 0.00");
  }

  private static void fill(Map<String, FloatTensor> weights, String name, float value) {
    float[] data = new float[weights.get(name).data().length];
    Arrays.fill(data, value);
    weights.put(name, new FloatTensor(weights.get(name).shape(), data));
  }

  private SupernetTraining training(RecipeSpec recipe, TrainingState state) {
    return new SupernetTraining(SPACE, recipe, DIGITS, state, Devices.cpu(1), RandomStream.of(11));
  }

  private static Map<String, FloatTensor> initial() {
    return NetworkLayout.initialWeights(SPACE, RandomStream.of(12));
  }

  private TrainingState state(RecipeSpec recipe) {
    return state(initial(), recipe);
  }

  private TrainingState state(Map<String, FloatTensor> tensors, RecipeSpec recipe) {
    Parameters weights = Parameters.of(tensors, manager);
    weights.requireGradients();
    AdamW optimizer = AdamW.fresh(weights, 0.01f, NetworkLayout::decays, manager);
    double decay = Double.parseDouble(recipe.emaDecay());
    return new TrainingState(
        weights,
        optimizer,
        decay == 0 ? null : new WeightAverage(Parameters.of(tensors, manager), decay));
  }

  private TrainingState copy(TrainingState state, RecipeSpec recipe) {
    Parameters weights = Parameters.of(state.weights().toTensors(), manager);
    weights.requireGradients();
    AdamW optimizer =
        new AdamW(
            weights,
            Parameters.of(state.optimizer().mean().toTensors(), manager),
            Parameters.of(state.optimizer().variance().toTensors(), manager),
            0.01f,
            NetworkLayout::decays);
    double decay = Double.parseDouble(recipe.emaDecay());
    return new TrainingState(
        weights,
        optimizer,
        decay == 0
            ? null
            : new WeightAverage(Parameters.of(state.published().toTensors(), manager), decay));
  }

  private static void assertSame(Parameters actual, Parameters expected) {
    values(expected)
        .forEach(
            (name, values) ->
                assertThat(actual.get(name).toFloatArray()).as(name).isEqualTo(values));
  }

  private static Map<String, float[]> values(Parameters parameters) {
    Map<String, float[]> values = new HashMap<>();
    parameters.all().forEach((name, array) -> values.put(name, array.toFloatArray()));
    return values;
  }

  private static double norm(Parameters parameters) {
    double squares = 0;
    for (float[] values : values(parameters).values()) {
      for (float value : values) {
        squares += (double) value * value;
      }
    }
    return Math.sqrt(squares);
  }

  private static RecipeSpec recipe(
      List<Phase> phases, boolean distillation, String clipNorm, String emaDecay) {
    return new RecipeSpec(
        4,
        32,
        "0.004",
        "0.01",
        "0",
        "0.1",
        1,
        distillation,
        clipNorm,
        emaDecay,
        new RecipeSpec.Augmentation(1, true, "0.2"),
        phases,
        null);
  }
}
