package dev.apq.worker.collection;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.ElasticDimension;
import dev.apq.core.contract.QuantizationSpec;
import dev.apq.core.contract.Quantizer;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.policy.Architecture;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Quantization;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.data.Datasets;
import dev.apq.worker.supernet.ElasticNetwork;
import dev.apq.worker.supernet.Extraction;
import dev.apq.worker.supernet.NetworkLayout;
import dev.apq.worker.supernet.SubnetMeter;
import dev.apq.worker.supernet.Subnets;
import dev.apq.worker.supernet.SupernetTraining;
import dev.apq.worker.supernet.TinySpaces;
import dev.apq.worker.supernet.TrainingState;
import dev.apq.worker.tensor.AdamW;
import dev.apq.worker.tensor.Devices;
import dev.apq.worker.tensor.Parameters;
import dev.apq.worker.tensor.WeightAverage;
import java.util.EnumSet;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Native arrays are not garbage collected: whoever forgets to close one loses its memory. */
class LiveArraysTest {
  private static final SearchSpace SPACE = TinySpaces.digits();
  private static final Dataset DIGITS = Datasets.open(new DatasetSpec("digits", null), SPACE);
  private static final int TIMES = 8;

  private final NDManager manager = NDManager.newBaseManager();
  private final Parameters weights =
      Parameters.of(NetworkLayout.initialWeights(SPACE, RandomStream.of(1)), manager);

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void trainingStepsLeaveNoArrays() {
    weights.requireGradients();
    TrainingState state =
        new TrainingState(
            weights,
            AdamW.fresh(weights, 0.01f, NetworkLayout::decays, manager),
            new WeightAverage(weights.zeros(manager), 0.9));
    RecipeSpec recipe =
        new RecipeSpec(
            2,
            16,
            "0.001",
            "0.01",
            "0",
            "0.1",
            2,
            true,
            "1",
            "0.9",
            new RecipeSpec.Augmentation(1, true, "0.2"),
            null,
            null);
    SupernetTraining training =
        new SupernetTraining(SPACE, recipe, DIGITS, state, Devices.cpu(1), RandomStream.of(2));
    assertNoArraysStay(training::step);
  }

  @Test
  void changesOfSubnetLeaveNoArrays() {
    ElasticNetwork network = new ElasticNetwork(SPACE, weights);
    SubnetMeter meter = new SubnetMeter(DIGITS, 16, 20);
    assertNoArraysStay(
        change -> {
          Architecture subnet = subnet(change);
          meter.accuracy(network, subnet);
          try (NDManager scope = network.parameters().scope()) {
            meter.accuracy(Extraction.extract(network, subnet, scope), subnet);
          }
        });
  }

  @Test
  void fineTuningQuantizedSubnetsLeavesNoArrays() {
    ElasticNetwork network = new ElasticNetwork(SPACE, weights);
    SubnetMeter meter = new SubnetMeter(DIGITS, 16, 20);
    QuantizedMeter quantized =
        new QuantizedMeter(
            network, DIGITS, meter, new QuantizationSpec(Quantizer.PER_CHANNEL, "0.001"), 2);
    assertNoArraysStay(
        change -> {
          Architecture subnet = subnet(change);
          Quantization bits = Quantization.uniform(subnet.activeBlocks(), 4);
          quantized.accuracy(new Policy(subnet, bits), RandomStream.of(4, change));
        });
  }

  private static Architecture subnet(int change) {
    RandomStream random = RandomStream.of(3, change);
    return new Subnets(SPACE).random(EnumSet.allOf(ElasticDimension.class), random);
  }

  /** Twice as much work leaves as many arrays; the first round may fill caches. */
  private void assertNoArraysStay(IntConsumer work) {
    repeat(work);
    int once = arrays();
    repeat(work);
    assertThat(arrays()).isEqualTo(once);
  }

  private static void repeat(IntConsumer work) {
    for (int i = 0; i < TIMES; i++) {
      work.accept(i);
    }
  }

  /** Arrays that any manager of this process holds. */
  private int arrays() {
    return manager.getParentManager().getManagedArrays().size();
  }
}
