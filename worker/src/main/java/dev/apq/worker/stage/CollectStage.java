package dev.apq.worker.stage;

import ai.djl.ndarray.NDManager;
import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.StoredFiles;
import dev.apq.core.contract.CollectionSpec;
import dev.apq.core.contract.Sample;
import dev.apq.core.contract.SampleFile;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.policy.Policy;
import dev.apq.core.random.RandomStream;
import dev.apq.worker.collection.QuantizedMeter;
import dev.apq.worker.collection.SamplePlan;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.data.Datasets;
import dev.apq.worker.supernet.ElasticNetwork;
import dev.apq.worker.supernet.SubnetMeter;
import dev.apq.worker.tensor.Devices;
import dev.apq.worker.tensor.Parameters;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Measures one shard of a collection, in full precision or quantized. Each sample is kept when it
 * is measured, see {@link SampleLog}, and an interrupted shard continues behind the last one kept.
 */
final class CollectStage implements StageWork {
  private static final long PLAN = 0;
  private static final long FINETUNE = 1;
  private static final String STARTED = "inputs.txt";
  private static final int MAX_DIGEST = 4096;

  private final Duration interval;

  /**
   * @param interval least time between two writes of the samples to an object store
   */
  CollectStage(Duration interval) {
    this.interval = interval;
  }

  @Override
  public StageResult run(StageContext context) throws IOException {
    CollectionSpec collection = context.spec().collection();
    int shard = Objects.requireNonNull(context.shard());
    int first = collection.firstSample(context.stage(), shard);
    int end = collection.endSample(context.stage(), shard);
    Path file = context.folder().resolve(StoreLayout.SAMPLES);
    List<Sample> samples = resume(context, file, first, end);
    if (samples.size() < end - first) {
      measure(context, file, first, end, samples);
    }
    double least = samples.stream().mapToDouble(Sample::accuracy).min().orElse(0);
    double greatest = samples.stream().mapToDouble(Sample::accuracy).max().orElse(0);
    double mean = samples.stream().mapToDouble(Sample::accuracy).average().orElse(0);
    return new StageResult(
        List.of(StoreLayout.SAMPLES),
        Map.of("samples", (long) samples.size()),
        Map.of(
            "accuracyMin", StageResult.figure(least),
            "accuracyMax", StageResult.figure(greatest),
            "accuracyMean", StageResult.figure(mean)),
        String.format(
            Locale.ROOT,
            "%d subnets measured, %.1f%% to %.1f%%",
            samples.size(),
            100 * least,
            100 * greatest));
  }

  private void measure(StageContext context, Path file, int first, int end, List<Sample> samples)
      throws IOException {
    var spec = context.spec();
    CollectionSpec collection = spec.collection();
    Dataset dataset =
        Datasets.open(spec.dataset(), spec.space(), context.progress()::note)
            .holding(collection.calibrationImages(), collection.evaluationImages());
    SamplePlan plan =
        new SamplePlan(
            spec.space(), collection.samples(context.stage()), context.random().at(PLAN));
    Devices device = Devices.find().one();
    context.progress().note(context.stage().folder() + ": " + device.describe());
    try (NDManager manager = NDManager.newBaseManager(device.first());
        SampleLog log = new SampleLog(file, samples, interval, System::nanoTime)) {
      Parameters weights =
          Parameters.of(new Inputs(context.store()).supernet(spec.space()), manager);
      ElasticNetwork network = new ElasticNetwork(spec.space(), weights);
      SubnetMeter meter =
          new SubnetMeter(dataset, collection.calibrationImages(), collection.evaluationImages());
      Measurement measurement = measurement(context, plan, network, dataset, meter);
      context.progress().startSamples(samples.size(), images(context, meter));
      for (int index = first + samples.size(); index < end; index++) {
        context.stopIfRequested();
        Sample sample = measurement.of(index);
        log.add(sample);
        samples.add(sample);
        report(context, samples.size(), end - first, sample);
      }
    }
  }

  /** Images that measuring a subnet takes. */
  private static long images(StageContext context, SubnetMeter meter) {
    boolean quantized = context.stage() == Stage.COLLECT_QUANTIZED;
    int steps = quantized ? context.spec().collection().quantizedFinetuneSteps() : 0;
    // Fine-tuning calibrates once more, before it begins.
    int calibrations = steps > 0 ? 2 : 1;
    return (long) calibrations * meter.calibrationImages()
        + meter.evaluationImages()
        + (long) steps * QuantizedMeter.FINETUNE_BATCH;
  }

  private interface Measurement {
    Sample of(int index);
  }

  private static Measurement measurement(
      StageContext context,
      SamplePlan plan,
      ElasticNetwork network,
      Dataset dataset,
      SubnetMeter meter) {
    int images = meter.evaluationImages();
    if (context.stage() == Stage.COLLECT) {
      return index -> {
        Policy policy = new Policy(plan.architecture(index), null);
        double accuracy = meter.accuracy(network, policy.architecture());
        return new Sample(index, policy, accuracy, images, 0);
      };
    }
    int steps = context.spec().collection().quantizedFinetuneSteps();
    QuantizedMeter quantized =
        new QuantizedMeter(network, dataset, meter, context.spec().quantization(), steps);
    RandomStream random = context.random().at(FINETUNE);
    return index -> {
      Policy policy = plan.quantized(index);
      double accuracy = quantized.accuracy(policy, random.at(index));
      return new Sample(index, policy, accuracy, images, steps);
    };
  }

  /** Samples already measured from the same inputs; anything else in the file is removed. */
  private static List<Sample> resume(StageContext context, Path file, int first, int end)
      throws IOException {
    Path started = context.folder().resolve(STARTED);
    byte[] inputs = context.inputDigest().getBytes(StandardCharsets.UTF_8);
    List<Sample> samples = new ArrayList<>();
    if (StoredFiles.exists(started)
        && Arrays.equals(head(started), inputs)
        && StoredFiles.exists(file)) {
      samples.addAll(whole(file, first, end));
    }
    SampleFile.write(file, samples);
    AtomicFiles.write(started, inputs);
    return samples;
  }

  private static byte[] head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MAX_DIGEST);
    }
  }

  private static List<Sample> whole(Path file, int first, int end) throws IOException {
    List<Sample> samples;
    try {
      samples = SampleFile.readAppended(file, end - first);
    } catch (InvalidArtifactException e) {
      return List.of();
    }
    for (int i = 0; i < samples.size(); i++) {
      if (samples.get(i).index() != first + i) {
        return List.of();
      }
    }
    return samples;
  }

  private static void report(StageContext context, int done, int total, Sample sample) {
    String message =
        String.format(
            Locale.ROOT,
            "%d of %d subnets measured, the last one %.1f%%",
            done,
            total,
            100 * sample.accuracy());
    context.progress().samples(done, total, sample.accuracy(), message);
  }
}
