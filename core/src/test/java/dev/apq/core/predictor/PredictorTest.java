package dev.apq.core.predictor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Safetensors;
import dev.apq.core.golden.Golden;
import dev.apq.core.policy.Encoding;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Quantization;
import dev.apq.core.policy.Sampler;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.Presets;
import dev.apq.core.space.SearchSpace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class PredictorTest {
  private static final int CANDIDATES = 20_000;
  private static final String PINNED_PREDICTIONS =
      "sha256:18c4443b6df39b4d91cc99f707d3e506e18ebc3ea09f2c76a343937130a10075";

  private final SearchSpace paper = Presets.named("apq-imagenet").orElseThrow();
  private final Encoding encoding = new Encoding(paper);
  private final Sampler sampler = new Sampler(paper);

  private Predictor golden() throws IOException {
    return Predictor.load(Golden.predictorWeights(), encoding);
  }

  @Test
  void goldenMembersGetTheirFeaturesAndPredictions() throws IOException {
    Predictor predictor = golden();
    List<Golden> members = Golden.all().stream().filter(g -> g.prediction() != null).toList();
    assertThat(members).hasSize(20);
    for (Golden member : members) {
      assertThat(encoding.hot(member.policy())).as(member.name()).isEqualTo(member.hot());
      assertThat((double) predictor.predict(member.policy()))
          .as(member.name())
          .isCloseTo(member.prediction(), within(1e-6));
    }
  }

  @Test
  void twentyThousandPredictionsHaveTheSameBitsEverywhere() throws Exception {
    Predictor predictor = golden();
    int[][] hot = new int[CANDIDATES][];
    for (int i = 0; i < CANDIDATES; i++) {
      hot[i] = encoding.hot(sampler.quantized(RandomStream.of(42, i)));
    }
    float[] first = predict(predictor, hot, 100);
    String cold = hash(first);
    assertThat(cold).as("cold code, pinned for every Java version").isEqualTo(PINNED_PREDICTIONS);
    assertThat(hash(predict(predictor, hot, 1000))).as("warm code").isEqualTo(cold);
    for (int batch : new int[] {1, 3, 25}) {
      assertThat(predict(predictor, Arrays.copyOf(hot, 1000), batch))
          .as("batch %s", batch)
          .isEqualTo(Arrays.copyOf(first, 1000));
    }
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      int half = CANDIDATES / 2 + 1;
      Future<float[]> left =
          threads.submit(() -> predict(predictor, Arrays.copyOfRange(hot, 0, half), 100));
      Future<float[]> right =
          threads.submit(() -> predict(predictor, Arrays.copyOfRange(hot, half, CANDIDATES), 100));
      float[] joined = Arrays.copyOf(left.get(), CANDIDATES);
      System.arraycopy(right.get(), 0, joined, half, CANDIDATES - half);
      assertThat(hash(joined)).as("two threads").isEqualTo(cold);
    } finally {
      threads.shutdownNow();
    }
  }

  private static float[] predict(Predictor predictor, int[][] hot, int batch) {
    int[] lengths = Arrays.stream(hot).mapToInt(features -> features.length).toArray();
    float[] result = new float[hot.length];
    Predictor.Session session = predictor.session();
    for (int from = 0; from < hot.length; from += batch) {
      int count = Math.min(batch, hot.length - from);
      float[] part = new float[count];
      session.predict(
          Arrays.copyOfRange(hot, from, from + count),
          Arrays.copyOfRange(lengths, from, from + count),
          count,
          part);
      System.arraycopy(part, 0, result, from, count);
    }
    return result;
  }

  private static String hash(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
    bytes.asFloatBuffer().put(values);
    return Digests.sha256(bytes.array());
  }

  @Test
  void agreesWithPlainDoubleArithmeticForAnySize() throws IOException {
    SearchSpace digits = Presets.named("digits").orElseThrow();
    Encoding small = new Encoding(digits);
    for (int hidden : new int[] {1, 3, 16, 37, 450, 900}) {
      Map<String, FloatTensor> weights = randomWeights(small, hidden, true);
      Predictor predictor = Predictor.of(weights, small);
      for (int i = 0; i < 20; i++) {
        Policy policy = new Sampler(digits).quantized(RandomStream.of(3, hidden, i));
        assertThat((double) predictor.predict(policy))
            .isCloseTo(reference(weights, small, hidden, small.hot(policy)), within(1e-4));
      }
    }
  }

  private static double reference(
      Map<String, FloatTensor> weights, Encoding encoding, int hidden, int[] hot) {
    return reference(weights, encoding, hidden, hot, 0, 0);
  }

  /** The network in double arithmetic, with one input feature moved by {@code step}. */
  private static double reference(
      Map<String, FloatTensor> weights,
      Encoding encoding,
      int hidden,
      int[] hot,
      int moved,
      double step) {
    double[] h = new double[hidden];
    for (int o = 0; o < hidden; o++) {
      double a = weights.get("hidden.0.bias").data()[o];
      double q = weights.get("bits.bias").data()[o];
      int split = encoding.architectureFeatures();
      for (int f = 0; f < encoding.features(); f++) {
        double x = (Arrays.binarySearch(hot, f) >= 0 ? 1 : 0) + (f == moved ? step : 0);
        if (f < split) {
          a += x * weights.get("hidden.0.weight").data()[o * split + f];
        } else {
          q += x * weights.get("bits.weight").data()[o * encoding.bitFeatures() + f - split];
        }
      }
      h[o] = Math.max(a, 0) + q;
    }
    for (int layer = 1; layer <= 2; layer++) {
      double[] next = new double[hidden];
      for (int o = 0; o < hidden; o++) {
        next[o] = weights.get("hidden." + layer + ".bias").data()[o];
        for (int i = 0; i < hidden; i++) {
          next[o] += weights.get("hidden." + layer + ".weight").data()[o * hidden + i] * h[i];
        }
        next[o] = Math.max(next[o], 0);
      }
      h = next;
    }
    double result = weights.get("output.bias").data()[0];
    for (int o = 0; o < hidden; o++) {
      result += weights.get("output.weight").data()[o] * h[o];
    }
    return result;
  }

  private static Map<String, FloatTensor> randomWeights(
      Encoding encoding, int hidden, boolean quantized) {
    Map<String, FloatTensor> weights = new TreeMap<>();
    weights.put("hidden.0.weight", random(1, hidden, encoding.architectureFeatures()));
    weights.put("hidden.0.bias", random(2, hidden));
    weights.put("hidden.1.weight", random(3, hidden, hidden));
    weights.put("hidden.1.bias", random(4, hidden));
    weights.put("hidden.2.weight", random(5, hidden, hidden));
    weights.put("hidden.2.bias", random(6, hidden));
    weights.put("output.weight", random(7, 1, hidden));
    weights.put("output.bias", random(8, 1));
    if (quantized) {
      weights.put("bits.weight", random(9, hidden, encoding.bitFeatures()));
      weights.put("bits.bias", random(10, hidden));
    }
    return weights;
  }

  private static FloatTensor random(long path, int... shape) {
    float[] data = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    RandomStream random = RandomStream.of(11, path);
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) random.nextGaussian() / 8;
    }
    return new FloatTensor(shape, data);
  }

  @Test
  void fullPrecisionPredictorRefusesBitsAndTheOtherWayRound() throws IOException {
    Predictor full = Predictor.of(randomWeights(encoding, 8, false), encoding);
    Policy quantized = sampler.quantized(RandomStream.of(1));
    Policy plain = new Policy(quantized.architecture(), null);
    assertThat(full.quantized()).isFalse();
    assertThat(full.predict(plain)).isFinite();
    assertThatThrownBy(() -> full.predict(quantized)).hasMessageContaining("no bit widths");
    Predictor golden = golden();
    assertThatThrownBy(() -> golden.predict(plain)).hasMessageContaining("needs a policy with bit");
  }

  @Test
  void foreignWeightsAreRefused() throws IOException {
    Map<String, FloatTensor> good = Safetensors.read(Golden.predictorWeights(), 1 << 24);
    List<Map<String, FloatTensor>> bad = new ArrayList<>();
    for (String name : good.keySet()) {
      Map<String, FloatTensor> missing = new TreeMap<>(good);
      missing.remove(name);
      bad.add(missing);
      Map<String, FloatTensor> reshaped = new TreeMap<>(good);
      reshaped.put(name, new FloatTensor(new int[] {7, 3}, new float[21]));
      bad.add(reshaped);
      Map<String, FloatTensor> broken = new TreeMap<>(good);
      float[] data = good.get(name).data().clone();
      data[data.length - 1] = Float.NaN;
      broken.put(name, new FloatTensor(good.get(name).shape(), data));
      bad.add(broken);
    }
    Map<String, FloatTensor> extra = new TreeMap<>(good);
    extra.put("more", new FloatTensor(new int[] {1}, new float[1]));
    bad.add(extra);
    for (Map<String, FloatTensor> weights : bad) {
      assertThatThrownBy(() -> Predictor.of(weights, encoding))
          .isInstanceOf(InvalidArtifactException.class)
          .hasMessageContaining("predictor");
    }
    Encoding other = new Encoding(Presets.named("digits").orElseThrow());
    assertThatThrownBy(() -> Predictor.load(Golden.predictorWeights(), other))
        .hasMessageContaining("predictor.safetensors")
        .hasMessageContaining("the search space needs");
  }

  @Test
  void gradientsPredictWhatSmallWeightChangesDo() throws IOException {
    SearchSpace digits = Presets.named("digits").orElseThrow();
    Encoding small = new Encoding(digits);
    for (int hidden : new int[] {16, 450}) {
      Map<String, FloatTensor> weights = randomWeights(small, hidden, true);
      Predictor predictor = Predictor.of(weights, small);
      int[][] hot = new int[7][];
      for (int i = 0; i < hot.length; i++) {
        hot[i] = small.hot(new Sampler(digits).quantized(RandomStream.of(5, i)));
      }
      int[] lengths = Arrays.stream(hot).mapToInt(features -> features.length).toArray();
      float[][] gradients = new float[hot.length][small.features()];
      new Gradients(predictor).compute(hot, lengths, hot.length, gradients);
      for (int i = 0; i < hot.length; i++) {
        for (int feature = 0; feature < small.features(); feature++) {
          double step = 1e-5;
          double slope =
              (reference(weights, small, hidden, hot[i], feature, step)
                      - reference(weights, small, hidden, hot[i], feature, -step))
                  / (2 * step);
          assertThat((double) gradients[i][feature])
              .isCloseTo(slope, within(1e-3 * Math.max(1, Math.abs(slope))));
        }
      }
    }
  }

  @Test
  void bothKernelsGiveTheSameBits() {
    float[] x = random(20, 3 * Kernels.PANEL).data();
    float[][] w = new float[8][];
    for (int i = 0; i < w.length; i++) {
      w[i] = random(30 + i, 400).data();
    }
    float[] two = random(21, 3 * Kernels.PANEL).data();
    float[] four = two.clone();
    for (int i = 0; i < 8; i += 2) {
      Kernels.twoInputs(two, x, w, i, 400);
    }
    for (int i = 0; i < 8; i += 4) {
      Kernels.fourInputs(four, x, w, i, 400);
    }
    assertThat(four).isEqualTo(two);
  }

  @Test
  void bitsReachThePrediction() throws IOException {
    Policy policy = sampler.quantized(RandomStream.of(1));
    int active = policy.architecture().activeBlocks();
    Predictor predictor = golden();
    float four =
        predictor.predict(new Policy(policy.architecture(), Quantization.uniform(active, 4)));
    float eight =
        predictor.predict(new Policy(policy.architecture(), Quantization.uniform(active, 8)));
    assertThat(Math.abs(four - eight)).isGreaterThan(1e-3f);
  }
}
