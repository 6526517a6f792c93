package dev.apq.worker.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.Quantizer;
import dev.apq.core.policy.Architecture;
import dev.apq.core.policy.Quantization;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.data.Datasets;
import dev.apq.worker.quantization.QuantizationAwareTraining.Continuation;
import dev.apq.worker.quantization.QuantizationAwareTraining.Settings;
import dev.apq.worker.supernet.ElasticNetwork;
import dev.apq.worker.supernet.Extraction;
import dev.apq.worker.supernet.NetworkLayout;
import dev.apq.worker.supernet.Subnets;
import dev.apq.worker.supernet.TinySpaces;
import dev.apq.worker.tensor.DivergedException;
import dev.apq.worker.tensor.Parameters;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QuantizationAwareTrainingTest {
  private static final SearchSpace SPACE = TinySpaces.digits();
  private static final Dataset DIGITS = Datasets.open(new DatasetSpec("digits", null), SPACE);
  private static final Architecture SUBNET = new Subnets(SPACE).smallest();
  private static final Settings SETTINGS = new Settings(12, 32, 0.004);

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @EnumSource(Quantizer.class)
  void lowersTheLossWithTheQuantizersActive(Quantizer quantizer) {
    List<Float> losses = new ArrayList<>();
    try (QuantizationAwareTraining training = training(subnet(), quantizer)) {
      assertThat(training.run((steps, loss) -> losses.add(loss))).isEqualTo(SETTINGS.steps());
    }
    assertThat(mean(losses.subList(8, 12))).isLessThan(mean(losses.subList(0, 4)));
  }

  @Test
  void gradientsOfTheLastStepThatAreNotFiniteAreNamed() {
    ElasticNetwork network = subnet();
    try (QuantizationAwareTraining training = training(network, Quantizer.PER_CHANNEL)) {
      Continuation poison =
          (steps, loss) -> {
            if (steps == SETTINGS.steps() - 1) {
              network.parameters().get("classifier.bias").getGradient().addi(Float.NaN);
            }
            return true;
          };
      assertThatThrownBy(() -> training.run(poison))
          .isInstanceOf(DivergedException.class)
          .hasMessageContaining("the gradients are not finite at step 11 with learning rate");
    }
    float[] weights = network.parameters().get("classifier.weight").toFloatArray();
    for (float weight : weights) {
      assertThat(weight).isFinite();
    }
  }

  private QuantizationAwareTraining training(ElasticNetwork network, Quantizer quantizer) {
    FakeQuantization quantizers =
        new FakeQuantization(Quantization.uniform(SUBNET.activeBlocks(), 4), quantizer);
    quantizers.calibrate(network, SUBNET, DIGITS.batch(DIGITS.train(), 0, 64));
    return new QuantizationAwareTraining(
        network, SUBNET, quantizers, DIGITS, SETTINGS, RandomStream.of(2));
  }

  private ElasticNetwork subnet() {
    Parameters weights =
        Parameters.of(NetworkLayout.initialWeights(SPACE, RandomStream.of(1)), manager);
    return Extraction.extract(new ElasticNetwork(SPACE, weights), SUBNET, manager);
  }

  private static double mean(List<Float> values) {
    return values.stream().mapToDouble(Float::doubleValue).average().orElseThrow();
  }
}
