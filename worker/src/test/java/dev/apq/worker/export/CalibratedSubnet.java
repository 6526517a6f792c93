package dev.apq.worker.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.contract.Quantizer;
import dev.apq.core.policy.Architecture;
import dev.apq.core.policy.Policy;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.quantization.FakeQuantization;
import dev.apq.worker.supernet.ElasticNetwork;
import dev.apq.worker.supernet.NetworkLayout;
import dev.apq.worker.supernet.Normalizer;
import dev.apq.worker.tensor.Parameters;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A supernet with random weights whose batch normalizations have scales of both signs and a zero,
 * calibrated for one policy.
 */
final class CalibratedSubnet implements AutoCloseable {
  private static final int CALIBRATION_IMAGES = 64;

  private final NDManager manager = NDManager.newBaseManager();
  private final SearchSpace space;
  private final Policy policy;
  private final ElasticNetwork network;
  private final FakeQuantization quantizers;
  private final Normalizer.Recording statistics;

  CalibratedSubnet(SearchSpace space, Policy policy, long seed) {
    this(space, policy, seed, Quantizer.PER_CHANNEL);
  }

  CalibratedSubnet(SearchSpace space, Policy policy, long seed, Quantizer quantizer) {
    this.space = space;
    this.policy = policy;
    RandomStream random = RandomStream.of(seed);
    this.network = new ElasticNetwork(space, Parameters.of(weights(space, random), manager));
    this.quantizers =
        new FakeQuantization(Objects.requireNonNull(policy.quantization()), quantizer);
    this.statistics = Normalizer.recording(manager);
    try (NDManager scope = manager.newSubManager()) {
      NDArray images = tensor(images(CALIBRATION_IMAGES, random.at(1)), scope);
      network.logits(policy.architecture(), images, quantizers.calibrating(), statistics);
    }
  }

  FrozenNetwork frozen() {
    return FrozenNetwork.of(network, policy.architecture(), quantizers, statistics);
  }

  /** Logits of the fake-quantized network, image by image. */
  float[] logits(float[] images) {
    try (NDManager scope = manager.newSubManager()) {
      Architecture architecture = policy.architecture();
      return network
          .logits(architecture, tensor(images, scope), quantizers.frozen(), statistics.frozen())
          .toFloatArray();
    }
  }

  /** So many random images. */
  float[] images(int count, RandomStream random) {
    float[] images =
        new float[count * space.inputChannels() * space.resolution() * space.resolution()];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextGaussian();
    }
    return images;
  }

  private NDArray tensor(float[] images, NDManager scope) {
    int size = space.resolution();
    return scope.create(
        images,
        new Shape(
            images.length / ((long) space.inputChannels() * size * size),
            space.inputChannels(),
            size,
            size));
  }

  private static Map<String, FloatTensor> weights(SearchSpace space, RandomStream random) {
    Map<String, FloatTensor> weights = new LinkedHashMap<>();
    NetworkLayout.initialWeights(space, random)
        .forEach((name, tensor) -> weights.put(name, varied(name, tensor, random)));
    return weights;
  }

  private static FloatTensor varied(String name, FloatTensor tensor, RandomStream random) {
    float[] data = tensor.data().clone();
    RandomStream own = random.at(name.hashCode());
    for (int i = 0; i < data.length; i++) {
      if (name.endsWith(".gamma")) {
        data[i] =
            i == 1
                ? 0
                : (float) (own.nextBoolean(0.3) ? -1 : 1) * (0.5f + (float) own.nextDouble());
      } else if (name.endsWith(".beta") || name.endsWith(".bias")) {
        data[i] = (float) (0.5 * own.nextGaussian());
      } else if (name.startsWith(NetworkLayout.CLASSIFIER)) {
        data[i] *= 30;
      } else if (name.contains(".kernel")) {
        data[i] += (float) (0.1 * own.nextGaussian());
      }
    }
    return new FloatTensor(tensor.shape(), data);
  }

  @Override
  public void close() {
    manager.close();
  }
}
