package dev.apq.worker.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.ElasticDimension;
import dev.apq.core.policy.Architecture;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.data.Batch;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.data.Datasets;
import dev.apq.worker.tensor.Parameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Batch normalization is recalibrated for each subnet, on training images alone. */
class SubnetMeterTest {
  private static final SearchSpace SPACE = TinySpaces.digits();
  private static final Dataset DIGITS = Datasets.open(new DatasetSpec("digits", null), SPACE);
  private static final int CALIBRATION = 64;

  private final NDManager manager = NDManager.newBaseManager();
  private final ElasticNetwork network =
      new ElasticNetwork(
          SPACE, Parameters.of(NetworkLayout.initialWeights(SPACE, RandomStream.of(5)), manager));
  private final SubnetMeter meter = new SubnetMeter(DIGITS, CALIBRATION, 100);
  private final Subnets subnets = new Subnets(SPACE);

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void onTheCalibrationImagesItComputesWhatTrainingDid() {
    Batch batch = DIGITS.batch(DIGITS.train(), 0, CALIBRATION);
    float[] expected = logits(subnets.smallest(), batch, Normalizer.batchStatistics());
    float[] actual = logits(subnets.smallest(), batch, recalibrated(subnets.smallest()));
    // Frozen variances are divided by one less than the number of values.
    assertThat(actual).containsExactly(expected, within(0.005f));
    Architecture another = subnets.with(subnets.smallest(), ElasticDimension.KERNEL, true);
    float[] stale = logits(subnets.smallest(), batch, recalibrated(another));
    assertThat(maxDifference(actual, stale)).isGreaterThan(0.01f);
  }

  @Test
  void anImageIsMeasuredAloneAsAmongOthers() {
    Normalizer frozen = recalibrated(subnets.largest());
    Batch together = DIGITS.batch(DIGITS.validation(), 0, 12);
    float[] logits = logits(subnets.largest(), together, frozen);
    for (int image = 0; image < 12; image++) {
      float[] alone = logits(subnets.largest(), together.slice(image, image + 1), frozen);
      for (int label = 0; label < alone.length; label++) {
        assertThat(alone[label]).isCloseTo(logits[image * alone.length + label], within(1e-4f));
      }
    }
  }

  @Test
  void otherCalibrationImagesGiveOtherStatisticsAndTheSameOnesTheSame() {
    Architecture subnet = subnets.smallest();
    var first = meter.statistics(network, subnet, Precision.FULL, manager).of("stem");
    var again = meter.statistics(network, subnet, Precision.FULL, manager).of("stem");
    var fewer =
        new SubnetMeter(DIGITS, CALIBRATION / 2, 100)
            .statistics(network, subnet, Precision.FULL, manager)
            .of("stem");
    assertThat(again.mean()).isEqualTo(first.mean());
    assertThat(fewer.mean()).isNotEqualTo(first.mean());
    assertThat(meter.accuracy(network, subnet)).isEqualTo(meter.accuracy(network, subnet));
  }

  private Normalizer recalibrated(Architecture subnet) {
    return meter.statistics(network, subnet, Precision.FULL, manager).frozen();
  }

  private float[] logits(Architecture subnet, Batch batch, Normalizer normalizer) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray images = SupernetTraining.images(batch, scope);
      return network.logits(subnet, images, Precision.FULL, normalizer).toFloatArray();
    }
  }

  private static float maxDifference(float[] first, float[] second) {
    float most = 0;
    for (int i = 0; i < first.length; i++) {
      most = Math.max(most, Math.abs(first[i] - second[i]));
    }
    return most;
  }
}
