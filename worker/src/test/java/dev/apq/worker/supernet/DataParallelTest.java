package dev.apq.worker.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.policy.Architecture;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.data.Batch;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.data.Datasets;
import dev.apq.worker.tensor.AdamW;
import dev.apq.worker.tensor.Arithmetic;
import dev.apq.worker.tensor.Numbers;
import dev.apq.worker.tensor.Parameters;
import dev.apq.worker.tensor.Replicas;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several copies on the CPU stand for several GPUs. */
class DataParallelTest {
  private static final SearchSpace SPACE = TinySpaces.digits();
  private static final Architecture LARGEST = new Subnets(SPACE).largest();
  private static final Dataset DIGITS = Datasets.open(new DatasetSpec("digits", null), SPACE);

  private static final RandomStream RANDOM = RandomStream.of(8);
  private static final RecipeSpec RECIPE =
      new RecipeSpec(2, 32, "0.004", "0.01", "0", "0.1", 1, null);

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void sharesOfABatchGiveTheGradientsOfTheWhole(int devices) {
    Batch batch = DIGITS.batch(DIGITS.train(), 0, 31);
    Replicas one = replicas(1);
    Replicas several = replicas(devices);
    NDManager statistics = manager.newSubManager();
    Normalizer frozen = frozen(one.on(0), statistics);
    collect(one, batch, frozen);
    collect(several, batch, frozen);
    one.on(0)
        .all()
        .forEach(
            (name, weight) -> {
              float[] whole = weight.getGradient().toFloatArray();
              float[] summed = several.on(0).get(name).getGradient().toFloatArray();
              assertThat(summed).as(name).containsExactly(whole, within(1e-5f));
              for (int device = 1; device < devices; device++) {
                assertThat(several.on(device).get(name).getGradient().toFloatArray())
                    .as("cleared")
                    .containsOnly(0);
              }
            });
    assertThat(one.on(0).get("stem.weight").getGradient().abs().sum().getFloat()).isPositive();
  }

  @Test
  void changedWeightsReachEveryDevice() {
    Replicas replicas = replicas(3);
    replicas
        .on(0)
        .all()
        .values()
        .forEach(weight -> weight.set(weight.add(1).stopGradient().toFloatArray()));
    replicas.spread();
    for (int device = 1; device < 3; device++) {
      Parameters copy = replicas.on(device);
      replicas
          .on(0)
          .all()
          .forEach(
              (name, weight) ->
                  assertThat(copy.get(name).toFloatArray())
                      .as(name)
                      .isEqualTo(weight.toFloatArray()));
      assertThat(copy.get("head.weight").hasGradient()).isTrue();
    }
  }

  @Test
  void sharesCoverTheBatchEvenly() {
    Replicas replicas = replicas(3);
    for (int images = 0; images < 20; images++) {
      assertThat(replicas.begin(0, images)).isZero();
      assertThat(replicas.begin(3, images)).isEqualTo(images);
      for (int device = 0; device < 3; device++) {
        assertThat(replicas.begin(device + 1, images) - replicas.begin(device, images))
            .isBetween(images / 3, images / 3 + 1);
      }
    }
  }

  /** A step on three devices gathers what one device gathers from the three shares in turn. */
  @Test
  void aStepGathersTheGradientsOfEveryShareOfItsBatch() {
    TrainingState state = state();
    SupernetTraining training = training(state, 3);
    List<Architecture> students = training.students(0);
    TrainingState alone = state();
    Batch batch = new TrainingBatches(RECIPE, DIGITS, training.schedule(), RANDOM).at(0);
    ElasticNetwork network = new ElasticNetwork(SPACE, alone.weights());
    float loss = 0;
    try (NDManager scope = manager.newSubManager();
        GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
      for (int device = 0; device < 3; device++) {
        Batch share = batch.slice(32 * device / 3, 32 * (device + 1) / 3);
        float weight = (float) share.count() / 32;
        SandwichPass.Outcome outcome =
            new SandwichPass(network, RECIPE).run(gradients, share, weight, students, scope);
        loss += weight * outcome.loss().getFloat();
      }
    }
    SupernetTraining.StepResult result = training.step(0);
    assertThat(result.loss()).isCloseTo(loss, within(1e-5f));
    alone
        .weights()
        .all()
        .forEach(
            (name, weight) ->
                // After one step Adam's mean is a tenth of the gradient.
                assertThat(state.optimizer().mean().get(name).mul(10).toFloatArray())
                    .as(name)
                    .containsExactly(weight.getGradient().toFloatArray(), within(1e-5f)));
  }

  @Test
  void severalDevicesTrainToTheSameBytesEachTime() {
    TrainingState one = state();
    TrainingState other = state();
    float first = 0;
    float last = 0;
    SupernetTraining training = training(one, 2);
    SupernetTraining again = training(other, 2);
    for (int step = 0; step < 30; step++) {
      last = training.step(step).loss();
      first = step == 0 ? last : first;
      assertThat(again.step(step).loss()).isEqualTo(last);
    }
    assertThat(last).isLessThan(0.95f * first);
    one.weights()
        .all()
        .forEach(
            (name, weight) ->
                assertThat(other.weights().get(name).toFloatArray())
                    .as(name)
                    .isEqualTo(weight.toFloatArray()));
  }

  private static SupernetTraining training(TrainingState state, int devices) {
    return new SupernetTraining(
        SPACE,
        RECIPE,
        DIGITS,
        state,
        Collections.nCopies(devices, Device.cpu()),
        Arithmetic.FLOAT32,
        RANDOM);
  }

  private TrainingState state() {
    Parameters weights =
        Parameters.of(NetworkLayout.initialWeights(SPACE, RandomStream.of(6)), manager);
    weights.requireGradients();
    AdamW optimizer = AdamW.fresh(weights, 0.01f, NetworkLayout::decays, manager);
    return new TrainingState(weights, optimizer, null);
  }

  private void collect(Replicas replicas, Batch batch, Normalizer normalizer) {
    try (NDManager scope = manager.newSubManager();
        GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
      for (int device = 0; device < replicas.count(); device++) {
        Batch share =
            batch.slice(
                replicas.begin(device, batch.count()), replicas.begin(device + 1, batch.count()));
        NDArray logits =
            new ElasticNetwork(SPACE, replicas.on(device))
                .logits(LARGEST, SupernetTraining.images(share, scope), Precision.FULL, normalizer);
        float weight = (float) share.count() / batch.count();
        gradients.backward(Numbers.multiply(loss(logits, share, scope), weight));
      }
      replicas.reduce();
    }
  }

  private static NDArray loss(NDArray logits, Batch batch, NDManager scope) {
    return Losses.crossEntropy(
        logits, Losses.targets(scope, batch.labels(), SPACE.classes(), 0.1f));
  }

  /** With statistics of the batch, shares would be normalized differently from the whole. */
  private static Normalizer frozen(Parameters weights, NDManager statistics) {
    Normalizer.Recording recording = Normalizer.recording(statistics);
    try (NDManager scope = weights.scope()) {
      NDArray images = SupernetTraining.images(DIGITS.batch(DIGITS.train(), 100, 200), scope);
      new ElasticNetwork(SPACE, weights).logits(LARGEST, images, Precision.FULL, recording);
    }
    return recording.frozen();
  }

  private Replicas replicas(int devices) {
    Map<String, FloatTensor> tensors =
        new HashMap<>(NetworkLayout.initialWeights(SPACE, RandomStream.of(5)));
    tensors.replaceAll((name, tensor) -> name.endsWith(".gamma") ? ones(tensor.shape()) : tensor);
    Parameters weights = Parameters.of(tensors, manager);
    weights.requireGradients();
    return new Replicas(weights, Collections.nCopies(devices, Device.cpu()), manager);
  }

  private static FloatTensor ones(int[] shape) {
    float[] data = new float[shape[0]];
    Arrays.fill(data, 1);
    return new FloatTensor(shape, data);
  }
}
