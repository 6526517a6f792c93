package dev.apq.worker.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.apq.core.contract.Quantizer;
import dev.apq.core.policy.Architecture;
import dev.apq.core.policy.Quantization;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.data.Batch;
import dev.apq.worker.supernet.ElasticNetwork;
import dev.apq.worker.supernet.Extraction;
import dev.apq.worker.supernet.Losses;
import dev.apq.worker.supernet.NetworkLayout;
import dev.apq.worker.supernet.Normalizer;
import dev.apq.worker.supernet.Precision;
import dev.apq.worker.supernet.Subnets;
import dev.apq.worker.supernet.SupernetTraining;
import dev.apq.worker.supernet.TinySpaces;
import dev.apq.worker.tensor.Garbage;
import dev.apq.worker.tensor.Parameters;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a forward pass keeps for the gradient stays as it is when Java's garbage is collected in
 * between, so that gradients do not depend on when that happens.
 */
class GradientMemoryTest {
  private static final int IMAGES = 24; // no power of two: its inverse is not exact

  @ParameterizedTest
  @EnumSource(Quantizer.class)
  void ofASubnetWithEveryQuantizer(Quantizer quantizer) {
    SearchSpace space = TinySpaces.digits();
    assertThat(quantized(space, quantizer, Garbage::collect))
        .isEqualTo(quantized(space, quantizer, () -> {}));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ofTheSupernet(boolean largest) {
    for (SearchSpace space : List.of(TinySpaces.digits(), TinySpaces.withFirstBlock())) {
      assertThat(fullPrecision(space, largest, Garbage::collect))
          .isEqualTo(fullPrecision(space, largest, () -> {}));
    }
  }

  private static List<Float> fullPrecision(SearchSpace space, boolean largest, Runnable between) {
    Subnets subnets = new Subnets(space);
    Architecture subnet = largest ? subnets.largest() : subnets.smallest();
    try (NDManager manager = NDManager.newBaseManager()) {
      return gradients(supernet(space, manager), subnet, Precision.FULL, between);
    }
  }

  private static List<Float> quantized(SearchSpace space, Quantizer quantizer, Runnable between) {
    Architecture subnet = new Subnets(space).smallest();
    Quantization bits = Quantization.uniform(subnet.activeBlocks(), 4);
    try (NDManager manager = NDManager.newBaseManager()) {
      ElasticNetwork network = Extraction.extract(supernet(space, manager), subnet, manager);
      FakeQuantization quantizers = new FakeQuantization(bits, quantizer);
      quantizers.calibrate(network, subnet, batch(space));
      LearnedQuantization learned = quantizers.learning(manager);
      List<Float> gradients = gradients(network, subnet, learned, between);
      gradients.addAll(gradients(learned.exponents()));
      return gradients;
    }
  }

  private static List<Float> gradients(
      ElasticNetwork network, Architecture subnet, Precision precision, Runnable between) {
    Batch batch = batch(network.space());
    network.parameters().requireGradients();
    try (NDManager scope = network.parameters().scope();
        GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray images = SupernetTraining.images(batch, scope);
      NDArray logits = network.logits(subnet, images, precision, Normalizer.batchStatistics());
      NDArray targets = Losses.targets(scope, batch.labels(), network.space().classes(), 0);
      NDArray loss = Losses.crossEntropy(logits, targets);
      between.run();
      collector.backward(loss);
    }
    return gradients(network.parameters());
  }

  private static List<Float> gradients(Parameters weights) {
    List<Float> gradients = new ArrayList<>();
    for (NDArray weight : weights.all().values()) {
      for (float gradient : weight.getGradient().toFloatArray()) {
        gradients.add(gradient);
      }
    }
    return gradients;
  }

  private static ElasticNetwork supernet(SearchSpace space, NDManager manager) {
    var weights = NetworkLayout.initialWeights(space, RandomStream.of(1));
    return new ElasticNetwork(space, Parameters.of(weights, manager));
  }

  private static Batch batch(SearchSpace space) {
    RandomStream random = RandomStream.of(2);
    int size = space.resolution();
    float[] images = new float[IMAGES * space.inputChannels() * size * size];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextDouble() * 2 - 1;
    }
    int[] labels = new int[IMAGES];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % space.classes();
    }
    return new Batch(images, labels, space.inputChannels(), size);
  }
}
