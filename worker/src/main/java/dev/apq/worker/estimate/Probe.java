package dev.apq.worker.estimate;

import ai.djl.ndarray.NDManager;
import com.sun.management.OperatingSystemMXBean;
import dev.apq.core.contract.PredictorSpec;
import dev.apq.core.contract.Sample;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.core.policy.Architecture;
import dev.apq.core.policy.Encoding;
import dev.apq.core.policy.Quantization;
import dev.apq.core.policy.Sampler;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.collection.QuantizedMeter;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.data.ImageSet;
import dev.apq.worker.data.Normalization;
import dev.apq.worker.prediction.PredictorTraining;
import dev.apq.worker.quantization.FakeQuantization;
import dev.apq.worker.quantization.QuantizationAwareTraining;
import dev.apq.worker.supernet.ElasticNetwork;
import dev.apq.worker.supernet.Extraction;
import dev.apq.worker.supernet.NetworkLayout;
import dev.apq.worker.supernet.Normalizer;
import dev.apq.worker.supernet.Precision;
import dev.apq.worker.supernet.SubnetMeter;
import dev.apq.worker.supernet.Subnets;
import dev.apq.worker.tensor.Devices;
import dev.apq.worker.tensor.Parameters;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Short measurements of everything that the stages of a specification do, with the worker's own
 * classes, on images of noise.
 *
 * <p>What costs least memory comes first, because the process keeps some of what it once had. Of
 * subnets the smallest and the largest are measured: collections cover the range between them
 * evenly, so that their mean stands for all.
 */
public final class Probe {
  private static final RandomStream RANDOM = RandomStream.of(0);
  private static final int PREDICTOR_SAMPLES = 3000;
  private static final int PREDICTOR_EPOCHS = 2;
  private static final int FINETUNE_STEPS = 2;
  private static final int FEW = 64;
  private static final int MANY = 4;
  private static final float[] GREY = {127.5f, 127.5f, 127.5f};
  private static final float[] DEVIATION = {64, 64, 64};

  private final WorkerSpec spec;
  private final SearchSpace space;
  private final Devices devices;
  private final int training;
  private final int finetuning;
  private final int measuring;
  private final double seconds;
  private final @Nullable ImageSet photographs;
  private final Consumer<String> progress;
  private final DoubleSupplier clock;
  private final Dataset noise;

  /**
   * @param most images to compute at once, at least 2: where the stages take more, as many
   * @param seconds each measurement takes at least
   * @param photographs to time the decoder with; null if nothing is decoded during the work
   * @param progress told what is measured next
   */
  public Probe(
      WorkerSpec spec,
      Devices devices,
      int most,
      double seconds,
      @Nullable ImageSet photographs,
      Consumer<String> progress) {
    this.spec = spec;
    this.space = spec.space();
    this.devices = devices;
    this.training = Math.min(spec.recipe().batchSize(), most);
    this.finetuning = Math.min(QuantizedMeter.FINETUNE_BATCH, most);
    this.measuring = Math.min(SubnetMeter.EVALUATION_BATCH, most);
    this.seconds = seconds;
    this.photographs = photographs;
    this.progress = progress;
    this.clock = devices.gpus().isEmpty() ? Probe::cpuSeconds : () -> System.nanoTime() / 1e9;
    ImageSet set =
        new NoiseImages(
            MANY * measuring, space.inputChannels(), space.resolution(), space.classes());
    int channels = space.inputChannels();
    Normalization normalization =
        new Normalization(Arrays.copyOf(GREY, channels), Arrays.copyOf(DEVIATION, channels));
    this.noise = new Dataset(set, set, set, space.classes(), normalization);
  }

  /** CPU seconds of this process, which hardly depend on what else the machine does. */
  private static double cpuSeconds() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime()
        / 1e9;
  }

  /** Measures. */
  public Rates run() {
    progress.accept("predictor");
    double predictor = predictor();
    progress.accept("decoding");
    double decoding = decoding();
    try (NDManager manager = NDManager.newBaseManager(devices.first())) {
      Parameters weights = Parameters.of(NetworkLayout.initialWeights(space, RANDOM), manager);
      ElasticNetwork network = new ElasticNetwork(space, weights);
      Subnets subnets = new Subnets(space);
      Measured smallest = measure(network, subnets.smallest(), "smallest");
      Measured largest = measure(network, subnets.largest(), "largest");
      progress.accept("training");
      TrainingProbe steps = new TrainingProbe(spec, devices, noise.normalization());
      MemoryLine trainingMemory = memory(Math.min(training, FEW), steps::step);
      return new Rates(
          steps.phases(training, this::secondsPerImage),
          mean(smallest.calibration(), largest.calibration()),
          mean(smallest.evaluation(), largest.evaluation()),
          mean(smallest.quantizedCalibration(), largest.quantizedCalibration()),
          mean(smallest.quantizedEvaluation(), largest.quantizedEvaluation()),
          mean(smallest.finetuning(), largest.finetuning()),
          decoding,
          predictor,
          trainingMemory,
          largest.memory(),
          largest.quantizedMemory(),
          largest.finetuningMemory());
    }
  }

  /** Seconds an image, and memory, of one subnet. */
  private record Measured(
      double calibration,
      double evaluation,
      double quantizedCalibration,
      double quantizedEvaluation,
      double finetuning,
      MemoryLine memory,
      MemoryLine quantizedMemory,
      MemoryLine finetuningMemory) {}

  private Measured measure(ElasticNetwork network, Architecture subnet, String name) {
    progress.accept(name + " subnet in full precision");
    FakeQuantization quantizers =
        new FakeQuantization(bits(subnet), spec.quantization().quantizer());
    SubnetMeter meter = meter(measuring);
    int few = Math.min(measuring, FEW);
    MemoryLine memory = memory(few, n -> meter(n).accuracy(network, subnet));
    double both = secondsPerImage(measuring, () -> meter.accuracy(network, subnet));
    double evaluation = evaluation(network, subnet, Precision.FULL, meter);
    progress.accept(name + " subnet quantized");
    MemoryLine quantizedMemory = memory(few, n -> accuracy(meter(n), network, subnet, quantizers));
    double quantized =
        secondsPerImage(measuring, () -> accuracy(meter, network, subnet, quantizers));
    double quantizedEvaluation = evaluation(network, subnet, quantizers.frozen(), meter);
    boolean tunes = spec.collection().quantizedFinetuneSteps() > 0;
    if (tunes) {
      progress.accept(name + " subnet, fine-tuning");
    }
    return new Measured(
        Math.max(0, both - evaluation),
        evaluation,
        Math.max(0, quantized - quantizedEvaluation),
        quantizedEvaluation,
        tunes ? finetuning(network, subnet, quantizers) : 0,
        memory,
        quantizedMemory,
        tunes
            ? memory(Math.min(finetuning, FEW), n -> finetune(network, subnet, quantizers, n))
            : quantizedMemory);
  }

  private SubnetMeter meter(int count) {
    return new SubnetMeter(noise, count, count);
  }

  private static void accuracy(
      SubnetMeter meter, ElasticNetwork network, Architecture subnet, FakeQuantization quantizers) {
    meter.accuracy(network, subnet, quantizers.calibrating(), quantizers.frozen());
  }

  private double evaluation(
      ElasticNetwork network, Architecture subnet, Precision precision, SubnetMeter meter) {
    try (NDManager scope = network.parameters().scope()) {
      Normalizer frozen = meter.statistics(network, subnet, precision, scope).frozen();
      return secondsPerImage(
          measuring,
          () -> meter.correct(network, subnet, precision, frozen, noise.validation(), measuring));
    }
  }

  private double finetuning(
      ElasticNetwork network, Architecture subnet, FakeQuantization quantizers) {
    return secondsPerImage(
        finetuning * FINETUNE_STEPS, () -> finetune(network, subnet, quantizers, finetuning));
  }

  private void finetune(
      ElasticNetwork network, Architecture subnet, FakeQuantization quantizers, int batch) {
    var settings =
        new QuantizationAwareTraining.Settings(FINETUNE_STEPS, batch, TrainingProbe.RATE);
    try (NDManager scope = network.parameters().scope();
        QuantizationAwareTraining training =
            new QuantizationAwareTraining(
                Extraction.extract(network, subnet, scope),
                subnet,
                quantizers,
                noise,
                settings,
                RANDOM)) {
      training.run(QuantizationAwareTraining.Continuation.TO_THE_END);
    }
  }

  /** Every bit width in turn. */
  private Quantization bits(Architecture subnet) {
    List<Integer> options = space.bitWidths();
    List<Integer> bits =
        IntStream.range(0, subnet.activeBlocks())
            .mapToObj(block -> options.get(block % options.size()))
            .toList();
    return new Quantization(bits, bits, bits, bits);
  }

  private double decoding() {
    ImageSet set = photographs;
    if (set == null) {
      return 0;
    }
    byte[] pixels = new byte[set.imageBytes()];
    Runnable all = () -> IntStream.range(0, set.count()).forEach(i -> set.read(i, pixels, 0));
    return secondsPerImage(set.count(), all, Probe::cpuSeconds);
  }

  /** Seconds to show the predictor one sample, forward and backward. */
  private double predictor() {
    PredictorSpec brief =
        new PredictorSpec(
            spec.predictor().hiddenSize(), PREDICTOR_EPOCHS, "0.0001", PREDICTOR_EPOCHS, 1);
    Sampler sampler = new Sampler(space);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < PREDICTOR_SAMPLES; i++) {
      RandomStream random = RANDOM.at(i);
      samples.add(new Sample(i, sampler.fullPrecision(random), random.nextDouble(), 1, 0));
    }
    PredictorTraining training = new PredictorTraining(new Encoding(space), brief, RANDOM);
    training.train(samples);
    double start = clock.getAsDouble();
    PredictorTraining.Result result = training.train(samples);
    double shown =
        CostEstimate.shownInTraining(PREDICTOR_SAMPLES, PREDICTOR_EPOCHS, result.epochs());
    return (clock.getAsDouble() - start) / shown;
  }

  /** Up to four times the images: what few of them take is lost in what the process keeps. */
  private static MemoryLine memory(int few, IntConsumer work) {
    long less = peak(few, work);
    return MemoryLine.through(less, few, peak(MANY * few, work), MANY * few);
  }

  private static long peak(int images, IntConsumer work) {
    System.gc();
    PeakMemory.reset();
    work.accept(images);
    return PeakMemory.bytes();
  }

  private double secondsPerImage(int count, Runnable work) {
    return secondsPerImage(count, work, clock);
  }

  private double secondsPerImage(int count, Runnable work, DoubleSupplier time) {
    work.run();
    double start = time.getAsDouble();
    int done = 0;
    while (done < 2 || time.getAsDouble() - start < seconds) {
      work.run();
      done++;
    }
    return (time.getAsDouble() - start) / done / count;
  }

  private static double mean(double first, double second) {
    return (first + second) / 2;
  }
}
