package dev.apq.worker.stage;

import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.Json;
import dev.apq.core.artifact.Safetensors;
import dev.apq.core.contract.Sample;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.policy.Encoding;
import dev.apq.core.predictor.EnsembleWeights;
import dev.apq.worker.prediction.CalibrationPlot;
import dev.apq.worker.prediction.Predictions;
import dev.apq.worker.prediction.PredictorTraining;
import dev.apq.worker.prediction.PredictorTransfer;
import dev.apq.worker.prediction.Quality;
import dev.apq.worker.tensor.Devices;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The two stages that train accuracy predictors on collected samples. */
final class PredictorStages {
  private static final int LEAST_SAMPLES = 10;
  private static final List<String> FILES =
      List.of(StoreLayout.PREDICTOR, StoreLayout.QUALITY, StoreLayout.CALIBRATION);

  private PredictorStages() {}

  /** Trains the full-precision predictor. */
  static StageResult train(StageContext context) throws IOException {
    List<Sample> samples = samples(context, Stage.COLLECT);
    String message = "training the predictor on " + samples.size() + " samples";
    Runnable afterEpoch =
        watch(context, PredictorTraining.mostEpochs(context.spec().predictor()), message);
    PredictorTraining.Result result =
        new PredictorTraining(
                new Encoding(context.spec().space()),
                context.spec().predictor(),
                context.random(),
                afterEpoch)
            .train(samples);
    Outcome outcome =
        new Outcome(result.members(), result.heldOut(), result.epochs(), samples.size());
    return write(context, outcome, result.quality(), Map.of());
  }

  /** Transfers the predictor to quantized policies. */
  static StageResult transfer(StageContext context) throws IOException {
    List<Sample> samples = samples(context, Stage.COLLECT_QUANTIZED);
    List<Map<String, FloatTensor>> fullPrecision = new Inputs(context.store()).predictor();
    String message = "transferring the predictor with " + samples.size() + " samples";
    Runnable afterEpoch =
        watch(context, PredictorTransfer.mostEpochs(context.spec().predictor()), message);
    PredictorTransfer.Result result =
        new PredictorTransfer(
                new Encoding(context.spec().space()),
                context.spec().predictor(),
                context.random(),
                afterEpoch)
            .transfer(fullPrecision, samples);
    Quality scratch = result.fromScratch();
    Quality untouched = result.untouched();
    Outcome outcome =
        new Outcome(result.members(), result.byTransfer(), result.epochs(), samples.size());
    return write(
        context,
        outcome,
        Map.of("transferred", result.transferred(), "fromScratch", scratch, "untouched", untouched),
        Map.of(
            "fromScratchKendallTau", StageResult.figure(scratch.kendallTau()),
            "fromScratchPairwiseAccuracy", StageResult.figure(scratch.pairwiseAccuracy()),
            "fromScratchRmse", StageResult.figure(scratch.rmse()),
            "untouchedKendallTau", StageResult.figure(untouched.kendallTau()),
            "untouchedPairwiseAccuracy", StageResult.figure(untouched.pairwiseAccuracy()),
            "untouchedRmse", StageResult.figure(untouched.rmse())));
  }

  /**
   * Shows device and progress, and ends a stage that was asked to stop; it is short enough to begin
   * anew.
   */
  private static Runnable watch(StageContext context, int mostEpochs, String message) {
    context.progress().note(context.stage().folder() + ": " + Devices.find().one().describe());
    context.progress().step(0, message);
    AtomicInteger done = new AtomicInteger();
    return () -> {
      context.stopIfRequested();
      // Early stopping may end it before; the end is what completes the stage.
      context.progress().step(0.99 * done.incrementAndGet() / mostEpochs, message);
    };
  }

  /** What both stages make. */
  private record Outcome(
      List<Map<String, FloatTensor>> members, Predictions heldOut, int epochs, int samples) {}

  private static List<Sample> samples(StageContext context, Stage collection) throws IOException {
    List<Sample> samples =
        new Inputs(context.store()).samples(collection, context.spec().collection());
    if (samples.size() < LEAST_SAMPLES) {
      throw StageException.input(
          "only " + samples.size() + " samples were collected, at least 10 are needed",
          "raise collection.fullPrecisionSamples and collection.quantizedSamples");
    }
    return samples;
  }

  private static StageResult write(
      StageContext context, Outcome outcome, Object report, Map<String, String> more)
      throws IOException {
    Path folder = context.folder();
    Quality quality = outcome.heldOut().quality();
    Safetensors.write(
        folder.resolve(StoreLayout.PREDICTOR), EnsembleWeights.join(outcome.members()));
    AtomicFiles.write(folder.resolve(StoreLayout.QUALITY), Json.bytes(report));
    AtomicFiles.write(
        folder.resolve(StoreLayout.CALIBRATION),
        CalibrationPlot.svg(context.stage().folder() + ": held-out samples", outcome.heldOut()));
    Map<String, String> summary = new TreeMap<>(more);
    summary.put("heldOutSamples", Integer.toString(quality.samples()));
    summary.put("kendallTau", StageResult.figure(quality.kendallTau()));
    summary.put("pairwiseAccuracy", StageResult.figure(quality.pairwiseAccuracy()));
    summary.put("rmse", StageResult.figure(quality.rmse()));
    summary.put("bias", StageResult.figure(quality.bias()));
    summary.put("slope", StageResult.figure(quality.slope()));
    Map<String, Long> counts =
        Map.of(
            "samples", (long) outcome.samples(),
            "epochs", (long) outcome.epochs(),
            "members", (long) outcome.members().size());
    String headline =
        String.format(
            Locale.ROOT,
            "Kendall tau %.3f, RMSE %.2f points on %d held-out samples",
            quality.kendallTau(),
            100 * quality.rmse(),
            quality.samples());
    return new StageResult(FILES, counts, summary, headline);
  }
}
