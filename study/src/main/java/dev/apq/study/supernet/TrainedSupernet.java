package dev.apq.study.supernet;

import ai.djl.ndarray.NDManager;
import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.Safetensors;
import dev.apq.core.contract.QuantizationSpec;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.core.policy.Policy;
import dev.apq.core.random.RandomStream;
import dev.apq.worker.collection.QuantizedMeter;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.data.Datasets;
import dev.apq.worker.supernet.ElasticNetwork;
import dev.apq.worker.supernet.SubnetMeter;
import dev.apq.worker.tensor.Parameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * A trained supernet and its data set, ready to measure quantized networks on the test images,
 * which no stage ever reads.
 */
public final class TrainedSupernet implements AutoCloseable {
  private static final long MAX_WEIGHTS = 1L << 30;

  private final NDManager manager;
  private final ElasticNetwork network;
  private final Dataset tested;
  private final SubnetMeter meter;
  private final QuantizationSpec quantization;

  private TrainedSupernet(
      NDManager manager, ElasticNetwork network, Dataset tested, WorkerSpec spec) {
    this.manager = manager;
    this.network = network;
    this.tested = tested;
    this.quantization = spec.quantization();
    this.meter =
        new SubnetMeter(tested, spec.collection().calibrationImages(), tested.test().count());
  }

  /** Loads weights and images. */
  public static TrainedSupernet open(WorkerSpec spec, StoreLayout store) {
    Dataset data = Datasets.open(spec.dataset(), spec.space());
    // The worker's meters measure on the validation part; here that is the test part.
    Dataset tested =
        new Dataset(data.train(), data.test(), data.test(), data.classes(), data.normalization());
    try {
      Map<String, FloatTensor> weights =
          Safetensors.read(store.stage(Stage.TRAIN).resolve(StoreLayout.SUPERNET), MAX_WEIGHTS);
      NDManager manager = NDManager.newBaseManager();
      ElasticNetwork network = new ElasticNetwork(spec.space(), Parameters.of(weights, manager));
      return new TrainedSupernet(manager, network, tested, spec);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Test images behind every accuracy. */
  public int testImages() {
    return meter.evaluationImages();
  }

  /**
   * Accuracy on all test images, 0..1, of a quantized network of its own weights.
   *
   * @param finetuneSteps optimizer steps with the quantizers active before it is measured
   * @param random which training images fine-tune
   */
  public double testAccuracy(Policy policy, int finetuneSteps, RandomStream random) {
    return new QuantizedMeter(network, tested, meter, quantization, finetuneSteps)
        .accuracy(policy, random);
  }

  @Override
  public void close() {
    manager.close();
  }
}
