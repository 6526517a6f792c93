package dev.apq.worker.estimate;

import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.contract.CollectionSpec;
import dev.apq.core.contract.PredictorSpec;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.contract.Sample;
import dev.apq.core.contract.SampleFile;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.core.policy.Encoding;
import dev.apq.core.policy.Sampler;
import dev.apq.core.random.RandomStream;
import dev.apq.worker.collection.QuantizedMeter;
import dev.apq.worker.supernet.HealthCheck;
import dev.apq.worker.supernet.NetworkLayout;
import dev.apq.worker.supernet.SubnetMeter;
import dev.apq.worker.tensor.Devices;
import java.util.List;

/** From measured rates to the bill of a specification. */
public final class CostEstimate {
  private static final double SHARD_SECONDS = 600;
  private static final int MAX_SHARDS = 10_000;
  private static final double HOUR = 3600;
  private static final int FOLDS = 5;
  // Of the samples: a fifth is held out, a sixth of the rest stops early.
  private static final double FITTED = 0.8;
  private static final double FITTED_UNTIL_BEST = FITTED * 5 / 6;
  // Examples as features, the part that is fitted to, and the part that stops.
  private static final int COPIES = 3;

  private final WorkerSpec spec;
  private final Workload data;
  private final Rates rates;
  private final Devices devices;
  private final int calibration;
  private final int evaluation;

  /**
   * @param devices what the rates were measured on; a Pod has the same
   */
  public CostEstimate(WorkerSpec spec, Workload data, Rates rates, Devices devices) {
    this.spec = spec;
    this.data = data;
    this.rates = rates;
    this.devices = devices;
    CollectionSpec collection = spec.collection();
    this.calibration = (int) Math.min(collection.calibrationImages(), data.training());
    this.evaluation = Math.min(collection.evaluationImages(), data.validation());
  }

  /** Samples shown, forward and backward, while a predictor is trained. */
  static double shownInTraining(int samples, int epochsUntilBest, int epochs) {
    return samples * (FITTED_UNTIL_BEST * epochsUntilBest + FITTED * epochs);
  }

  /**
   * The bill.
   *
   * @param images at once at most, of the measurements
   */
  public Estimate of(int images) {
    Work collect = collect();
    Work quantized = collectQuantized();
    int shards = shards(Math.max(wall(collect), wall(quantized)));
    long weights = weightBytes();
    int copies = Double.parseDouble(spec.recipe().emaDecay()) > 0 ? 4 : 3;
    List<StageCost> stages =
        List.of(
            cost(
                Stage.TRAIN, train(), 1, rates.trainingMemory().at(batch()) + heldBytes(), weights),
            cost(
                Stage.COLLECT,
                collect,
                shards,
                measuringMemory(rates.measuringMemory()),
                sampleBytes(false)),
            cost(Stage.TRAIN_PREDICTOR, trainPredictor(), 1, predictorMemory(), predictor(false)),
            cost(Stage.COLLECT_QUANTIZED, quantized, shards, quantizedMemory(), sampleBytes(true)),
            cost(Stage.TRANSFER, transfer(), 1, predictorMemory(), predictor(true)));
    return new Estimate(
        devices.describe(),
        devices.gpus().isEmpty() ? "CPU-hours" : "GPU-hours",
        images,
        data.training(),
        data.validation(),
        stages,
        stages.stream().mapToDouble(StageCost::deviceHours).sum(),
        shards,
        copies * weights);
  }

  /**
   * What a stage does.
   *
   * @param images passed through networks
   * @param seconds on the device
   * @param decoded images decoded, on the CPU
   */
  private record Work(double images, double seconds, double decoded) {}

  private Work train() {
    RecipeSpec recipe = spec.recipe();
    double perEpoch = (double) (data.training() / batch()) * batch();
    double seconds = 0;
    List<RecipeSpec.Phase> phases = recipe.effectivePhases();
    for (int i = 0; i < phases.size(); i++) {
      seconds += phases.get(i).epochs() * perEpoch * rates.training().get(i);
    }
    double shown = recipe.epochs() * perEpoch;
    Work health = fullPrecision(HealthCheck.measurements());
    return new Work(
        shown,
        seconds + health.seconds(),
        (data.trainingDecodedOnce() ? 0 : shown) + health.decoded());
  }

  private Work collect() {
    return fullPrecision(spec.collection().fullPrecisionSamples());
  }

  private Work fullPrecision(int subnets) {
    double seconds = calibration * rates.calibration() + evaluation * rates.evaluation();
    double images = (double) calibration + evaluation;
    return new Work(
        subnets * images, subnets * seconds, data.measuringDecodedOnce() ? 0 : subnets * images);
  }

  private Work collectQuantized() {
    CollectionSpec collection = spec.collection();
    int steps = collection.quantizedFinetuneSteps();
    // Thresholds are chosen once more before fine-tuning.
    int calibrations = steps > 0 ? 2 : 1;
    double measured = (double) calibrations * calibration + evaluation;
    double tuned = (double) steps * QuantizedMeter.FINETUNE_BATCH;
    double seconds =
        calibrations * calibration * rates.quantizedCalibration()
            + evaluation * rates.quantizedEvaluation()
            + tuned * rates.finetuning();
    double decoded =
        (data.measuringDecodedOnce() ? 0 : measured) + (data.trainingDecodedOnce() ? 0 : tuned);
    int subnets = collection.quantizedSamples();
    return new Work(subnets * (measured + tuned), subnets * seconds, subnets * decoded);
  }

  /** At most: early stopping may end it before. */
  private Work trainPredictor() {
    PredictorSpec predictor = spec.predictor();
    double shown =
        shownInTraining(
            spec.collection().fullPrecisionSamples(), predictor.epochs(), predictor.epochs());
    return new Work(0, predictor.ensemble() * shown * rates.predictor(), 0);
  }

  /** At most; transferred and from scratch in each fold, then with all samples. */
  private Work transfer() {
    PredictorSpec predictor = spec.predictor();
    double passes = 2 * FOLDS * FITTED_UNTIL_BEST + 1;
    double shown = passes * spec.collection().quantizedSamples() * predictor.epochs();
    return new Work(0, predictor.ensemble() * shown * rates.predictor(), 0);
  }

  /** Seconds by the clock in one Pod. On a GPU images are decoded beside the work. */
  private double wall(Work work) {
    double decoding = work.decoded() * rates.decoding();
    return devices.gpus().isEmpty()
        ? (work.seconds() + decoding) / devices.threads()
        : Math.max(work.seconds(), decoding / devices.threads());
  }

  private StageCost cost(Stage stage, Work work, int pods, double memory, long artifact) {
    double wall = wall(work);
    int units = devices.gpus().isEmpty() ? devices.threads() : devices.gpus().size();
    boolean images = work.images() > 0;
    return new StageCost(
        stage.folder(),
        images ? Math.round(work.images()) : null,
        images ? work.images() / wall : null,
        wall * units / HOUR,
        pods,
        wall / pods / 60,
        Math.round(memory),
        artifact);
  }

  private int shards(double seconds) {
    CollectionSpec collection = spec.collection();
    int most =
        Math.min(
            MAX_SHARDS, Math.min(collection.fullPrecisionSamples(), collection.quantizedSamples()));
    return (int) Math.max(1, Math.min(most, Math.round(seconds / SHARD_SECONDS)));
  }

  private int batch() {
    return spec.recipe().batchSize();
  }

  private double measuringMemory(MemoryLine line) {
    int atOnce = Math.max(calibration, Math.min(SubnetMeter.EVALUATION_BATCH, evaluation));
    return line.at(atOnce) + heldBytes();
  }

  /** Decoded images that a Pod keeps. */
  private double heldBytes() {
    long held = 0;
    if (data.trainingDecodedOnce()) {
      held = data.training() + data.validation();
    } else if (data.measuringDecodedOnce()) {
      held = (long) calibration + evaluation;
    }
    int resolution = spec.space().resolution();
    return (double) held * spec.space().inputChannels() * resolution * resolution;
  }

  private double quantizedMemory() {
    double measuring = measuringMemory(rates.quantizedMemory());
    return spec.collection().quantizedFinetuneSteps() == 0
        ? measuring
        : Math.max(
            measuring, rates.finetuningMemory().at(QuantizedMeter.FINETUNE_BATCH) + heldBytes());
  }

  private double predictorMemory() {
    int samples =
        Math.max(spec.collection().fullPrecisionSamples(), spec.collection().quantizedSamples());
    MemoryLine process = rates.measuringMemory();
    long features = new Encoding(spec.space()).features();
    return process.bytes() + (double) COPIES * samples * features * Float.BYTES;
  }

  private long weightBytes() {
    return Float.BYTES
        * NetworkLayout.initialWeights(spec.space(), RandomStream.of(0)).values().stream()
            .map(FloatTensor::data)
            .mapToLong(data -> data.length)
            .sum();
  }

  private long predictor(boolean bits) {
    Encoding encoding = new Encoding(spec.space());
    long hidden = spec.predictor().hiddenSize();
    long weights = (encoding.architectureFeatures() + 2 * hidden + 4) * hidden + 1;
    long more = bits ? (encoding.bitFeatures() + 1) * hidden : 0;
    return Float.BYTES * spec.predictor().ensemble() * (weights + more);
  }

  private long sampleBytes(boolean quantized) {
    Sampler sampler = new Sampler(spec.space());
    RandomStream random = RandomStream.of(0);
    int samples =
        quantized ? spec.collection().quantizedSamples() : spec.collection().fullPrecisionSamples();
    var policy = quantized ? sampler.quantized(random) : sampler.fullPrecision(random);
    return (long) samples
        * SampleFile.line(new Sample(samples, policy, random.nextDouble(), evaluation, 0)).length;
  }
}
