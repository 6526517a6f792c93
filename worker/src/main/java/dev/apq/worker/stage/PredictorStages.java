package dev.apq.worker.stage;

import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.Json;
import dev.apq.core.artifact.Safetensors;
import dev.apq.core.contract.Sample;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.policy.Encoding;
import dev.apq.worker.prediction.PredictorTraining;
import dev.apq.worker.prediction.PredictorTransfer;
import dev.apq.worker.prediction.Quality;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The two stages that train accuracy predictors on collected samples. */
final class PredictorStages {
  private static final int LEAST_SAMPLES = 10;
  private static final List<String> FILES = List.of(StoreLayout.PREDICTOR, StoreLayout.QUALITY);

  private PredictorStages() {}

  /** Trains the full-precision predictor. */
  static StageResult train(StageContext context) throws IOException {
    List<Sample> samples = samples(context, Stage.COLLECT);
    context.progress().step(0, "training the predictor on " + samples.size() + " samples");
    PredictorTraining.Result result =
        new PredictorTraining(
                new Encoding(context.spec().space()), context.spec().predictor(), context.random())
            .train(samples);
    return write(
        context,
        result.weights(),
        result.quality(),
        result.quality(),
        samples,
        result.epochs(),
        Map.of());
  }

  /** Transfers the predictor to quantized policies. */
  static StageResult transfer(StageContext context) throws IOException {
    List<Sample> samples = samples(context, Stage.COLLECT_QUANTIZED);
    Map<String, FloatTensor> fullPrecision = new Inputs(context.store()).predictor();
    context.progress().step(0, "transferring the predictor with " + samples.size() + " samples");
    PredictorTransfer.Result result =
        new PredictorTransfer(
                new Encoding(context.spec().space()), context.spec().predictor(), context.random())
            .transfer(fullPrecision, samples);
    Quality quality = result.transferred();
    return write(
        context,
        result.weights(),
        quality,
        Map.of(
            "transferred", quality,
            "fromScratch", result.fromScratch(),
            "untouched", result.untouched()),
        samples,
        result.epochs(),
        Map.of(
            "fromScratchKendallTau", StageResult.figure(result.fromScratch().kendallTau()),
            "fromScratchPairwiseAccuracy",
                StageResult.figure(result.fromScratch().pairwiseAccuracy()),
            "fromScratchRmse", StageResult.figure(result.fromScratch().rmse()),
            "untouchedKendallTau", StageResult.figure(result.untouched().kendallTau()),
            "untouchedPairwiseAccuracy", StageResult.figure(result.untouched().pairwiseAccuracy()),
            "untouchedRmse", StageResult.figure(result.untouched().rmse())));
  }

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
      StageContext context,
      Map<String, FloatTensor> weights,
      Quality quality,
      Object report,
      List<Sample> samples,
      int epochs,
      Map<String, String> more)
      throws IOException {
    Safetensors.write(context.folder().resolve(StoreLayout.PREDICTOR), weights);
    AtomicFiles.write(context.folder().resolve(StoreLayout.QUALITY), Json.bytes(report));
    Map<String, String> summary = new TreeMap<>(more);
    summary.put("heldOutSamples", Integer.toString(quality.samples()));
    summary.put("kendallTau", StageResult.figure(quality.kendallTau()));
    summary.put("pairwiseAccuracy", StageResult.figure(quality.pairwiseAccuracy()));
    summary.put("rmse", StageResult.figure(quality.rmse()));
    Map<String, Long> counts = Map.of("samples", (long) samples.size(), "epochs", (long) epochs);
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
