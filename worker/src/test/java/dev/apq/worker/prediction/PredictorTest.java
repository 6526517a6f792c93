package dev.apq.worker.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.Safetensors;
import dev.apq.core.contract.PredictorSpec;
import dev.apq.core.contract.Sample;
import dev.apq.core.policy.Encoding;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Sampler;
import dev.apq.core.predictor.EnsembleWeights;
import dev.apq.core.predictor.Predictor;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.supernet.TinySpaces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictorTest {
  private static final SearchSpace SPACE = TinySpaces.digits();
  private static final Encoding ENCODING = new Encoding(SPACE);
  private static final PredictorSpec SPEC = new PredictorSpec(48, 80, "0.003", 30, 1);

  @Test
  void learnsARankingAndTransfersIt() {
    PredictorTraining.Result trained =
        new PredictorTraining(ENCODING, SPEC, RandomStream.of(1)).train(samples(150, false));
    assertThat(trained.quality().samples()).isEqualTo(30);
    assertThat(trained.quality().kendallTau()).isGreaterThan(0.6);
    PredictorTransfer.Result transferred =
        new PredictorTransfer(ENCODING, SPEC, RandomStream.of(2))
            .transfer(trained.members(), samples(60, true));
    assertThat(transferred.transferred().samples()).isEqualTo(60);
    assertThat(transferred.transferred().kendallTau())
        .isGreaterThan(transferred.fromScratch().kendallTau());
    assertThat(transferred.transferred().rmse()).isLessThan(transferred.untouched().rmse());
    assertThat(transferred.members().get(0)).containsKeys("bits.weight", "bits.bias");
    assertThat(trained.members().get(0)).doesNotContainKey("bits.weight");
    FloatTensor bits = Objects.requireNonNull(transferred.members().get(0).get("bits.weight"));
    assertThat(bits.shape()).containsExactly(48, ENCODING.bitFeatures());
  }

  /** So that what a study says of transferred predictors holds for those that searches use. */
  @Test
  void oneNetworkIsFittedAsTheStageFitsIt() {
    PredictorSpec brief = new PredictorSpec(16, 20, "0.003", 5, 1);
    List<Sample> quantized = samples(30, true);
    Map<String, FloatTensor> start = PredictorWeights.fresh(ENCODING, 16, 0.5f, RandomStream.of(3));
    PredictorTransfer transfer = new PredictorTransfer(ENCODING, brief, RandomStream.of(2));
    Map<String, FloatTensor> stage = transfer.transfer(List.of(start), quantized).members().get(0);
    Map<String, FloatTensor> alone = transfer.fitTransferred(start, quantized);
    assertEqual(stage, alone);
    assertThat(Objects.requireNonNull(alone.get("bits.weight")).data())
        .isNotEqualTo(
            Objects.requireNonNull(transfer.fitFromScratch(quantized).get("bits.weight")).data());
  }

  @Test
  void theSameSeedGivesTheSameWeights() {
    List<Sample> samples = samples(40, false);
    PredictorSpec brief = new PredictorSpec(16, 5, "0.003", 30, 1);
    Map<String, FloatTensor> once =
        new PredictorTraining(ENCODING, brief, RandomStream.of(1)).train(samples).members().get(0);
    Map<String, FloatTensor> again =
        new PredictorTraining(ENCODING, brief, RandomStream.of(1)).train(samples).members().get(0);
    Map<String, FloatTensor> other =
        new PredictorTraining(ENCODING, brief, RandomStream.of(2)).train(samples).members().get(0);
    assertEqual(once, again);
    assertThat(Objects.requireNonNull(other.get("hidden.0.weight")).data())
        .isNotEqualTo(Objects.requireNonNull(once.get("hidden.0.weight")).data());
  }

  @Test
  void anEnsembleTransfersEachNetworkAndServesTheirMean() throws IOException {
    PredictorSpec three = new PredictorSpec(24, 30, "0.003", 10, 3);
    List<Sample> quantized = samples(40, true);
    PredictorTraining.Result trained =
        new PredictorTraining(ENCODING, three, RandomStream.of(1)).train(samples(60, false));
    PredictorTransfer.Result transferred =
        new PredictorTransfer(ENCODING, three, RandomStream.of(2))
            .transfer(trained.members(), quantized);
    assertThat(transferred.members()).hasSize(3);
    Predictor served = Predictor.of(EnsembleWeights.join(transferred.members()), ENCODING);
    float[] expected =
        PredictorNetwork.predictions(transferred.members(), Examples.of(ENCODING, quantized));
    assertThat(served.members()).isEqualTo(3);
    for (int i = 0; i < expected.length; i++) {
      Policy policy = quantized.get(i).policy();
      assertThat(served.predict(policy)).isCloseTo(expected[i], within(1e-5f));
      assertThat(served.spread(policy)).isPositive().isLessThan(0.2);
    }
  }

  @Test
  void impatienceStopsEarlier() {
    List<Sample> samples = samples(60, false);
    assertThat(epochs(samples, 2)).isLessThanOrEqualTo(epochs(samples, 60));
    assertThat(epochs(samples, 1)).isLessThan(200);
  }

  private static int epochs(List<Sample> samples, int patience) {
    PredictorSpec spec = new PredictorSpec(16, 200, "0.003", patience, 1);
    return new PredictorTraining(ENCODING, spec, RandomStream.of(1)).train(samples).epochs();
  }

  @Test
  void aTransferredPredictorIsRightOnAverageAndRanksAsBefore() {
    Map<String, FloatTensor> weights =
        PredictorWeights.withBits(
            PredictorWeights.fresh(ENCODING, 16, 0.9f, RandomStream.of(3)), ENCODING);
    Examples examples = Examples.of(ENCODING, samples(30, true));
    float[] before = predictions(weights, examples);
    float[] after = predictions(PredictorTransfer.centred(weights, examples), examples);
    assertThat(mean(after)).isCloseTo(mean(examples.accuracies()), within(1e-6));
    for (int i = 0; i < before.length; i++) {
      assertThat(before[i] - after[i]).isCloseTo(before[0] - after[0], within(1e-6f));
    }
    List<Sample> quantized = samples(30, true);
    PredictorSpec brief = new PredictorSpec(16, 20, "0.003", 5, 1);
    Map<String, FloatTensor> transferred =
        new PredictorTransfer(ENCODING, brief, RandomStream.of(2))
            .fitTransferred(
                PredictorWeights.fresh(ENCODING, 16, 0.9f, RandomStream.of(3)), quantized);
    Examples own = Examples.of(ENCODING, quantized);
    assertThat(mean(predictions(transferred, own))).isCloseTo(mean(own.accuracies()), within(1e-6));
  }

  private static void assertEqual(Map<String, FloatTensor> one, Map<String, FloatTensor> other) {
    assertThat(other.keySet()).isEqualTo(one.keySet());
    one.forEach(
        (name, tensor) ->
            assertThat(Objects.requireNonNull(other.get(name)).data())
                .as(name)
                .containsExactly(tensor.data()));
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  @Test
  void aTransferredPredictorStartsAsTheOneItComesFrom() {
    Map<String, FloatTensor> weights =
        PredictorWeights.fresh(ENCODING, 16, 0.5f, RandomStream.of(3));
    Examples examples = Examples.of(ENCODING, samples(5, true));
    float[] before = predictions(weights, examples);
    float[] after = predictions(PredictorWeights.withBits(weights, ENCODING), examples);
    assertThat(after).containsExactly(before);
  }

  @Test
  void theSearchComputesTheSamePredictions(@TempDir Path folder) throws IOException {
    Map<String, FloatTensor> fresh = PredictorWeights.fresh(ENCODING, 40, 0.5f, RandomStream.of(4));
    List<Sample> fullPrecision = samples(60, false);
    List<Sample> quantized = samples(60, true);
    Map<String, FloatTensor> transferred =
        new PredictorFit(5, 0.003, 30, () -> {})
            .fit(
                PredictorWeights.withBits(fresh, ENCODING),
                Examples.of(ENCODING, quantized),
                RandomStream.of(5))
            .weights();
    assertSearchAgrees(folder.resolve("full.safetensors"), fresh, fullPrecision);
    assertSearchAgrees(folder.resolve("quantized.safetensors"), transferred, quantized);
  }

  private static void assertSearchAgrees(
      Path file, Map<String, FloatTensor> weights, List<Sample> samples) throws IOException {
    Safetensors.write(file, weights);
    Predictor predictor = Predictor.load(file, ENCODING);
    float[] expected = predictions(weights, Examples.of(ENCODING, samples));
    for (int i = 0; i < expected.length; i++) {
      assertThat(predictor.predict(samples.get(i).policy())).isCloseTo(expected[i], within(1e-5f));
    }
  }

  private static float[] predictions(Map<String, FloatTensor> weights, Examples examples) {
    try (NDManager manager = NDManager.newBaseManager();
        PredictorNetwork network = new PredictorNetwork(weights, manager)) {
      return network.predictions(examples);
    }
  }

  /** Accuracies that follow width, depth and bits, with a little noise. */
  static List<Sample> samples(int count, boolean quantized) {
    Sampler sampler = new Sampler(SPACE);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      RandomStream random = RandomStream.of(11, quantized ? 1 : 0, i);
      Policy policy = quantized ? sampler.quantized(random) : sampler.fullPrecision(random);
      double accuracy = 0.3 + 0.04 * policy.architecture().activeBlocks();
      for (int channels : policy.architecture().channels()) {
        accuracy += 0.003 * channels;
      }
      var bits = policy.quantization();
      if (bits != null) {
        for (int b : bits.depthwiseWeightBits()) {
          accuracy -= 0.012 * (8 - b);
        }
      }
      samples.add(new Sample(i, policy, accuracy + 0.004 * random.nextGaussian(), 100, 0));
    }
    return samples;
  }
}
