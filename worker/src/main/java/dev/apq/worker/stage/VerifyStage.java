package dev.apq.worker.stage;

import ai.djl.ndarray.NDManager;
import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.artifact.Json;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.contract.VerifyReport;
import dev.apq.core.contract.VerifySpec;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.core.policy.Policy;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.data.Datasets;
import dev.apq.worker.export.ExportedModel;
import dev.apq.worker.supernet.ElasticNetwork;
import dev.apq.worker.supernet.SubnetMeter;
import dev.apq.worker.tensor.Devices;
import dev.apq.worker.tensor.DivergedException;
import dev.apq.worker.tensor.Parameters;
import dev.apq.worker.verification.CandidateTuning;
import dev.apq.worker.verification.TunedNetwork;
import dev.apq.worker.verification.Tuning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Fine-tunes and measures the best policies of a search on the validation images, chooses one, and
 * measures that one on the test images, which nothing before has read. Each candidate is kept when
 * it is done, and an interrupted verification continues with the next.
 */
final class VerifyStage implements StageWork {
  private static final String POLICY = "policy.json";

  private final ModelExport.Writer writer;

  VerifyStage() {
    this(ExportedModel::write);
  }

  /**
   * @param writer writes the exported network
   */
  VerifyStage(ModelExport.Writer writer) {
    this.writer = writer;
  }

  @Override
  public StageResult run(StageContext context) throws IOException {
    VerifySpec verify = context.spec().verify();
    if (verify == null) {
      throw new StageException(
          ExitCode.BAD_SPEC, "verify: is missing", "name the policies to verify");
    }
    int calibration = context.spec().collection().calibrationImages();
    Dataset dataset =
        Datasets.open(context.spec().dataset(), context.spec().space(), context.progress()::note)
            .holding(calibration, verify.evaluationImages());
    Devices device = Devices.find().one();
    context.progress().note("verify: " + device.describe());
    try (NDManager manager = NDManager.newBaseManager(device.first())) {
      SubnetMeter meter = new SubnetMeter(dataset, calibration, verify.evaluationImages());
      CandidateTuning tuning = tuning(context, verify, dataset, meter, manager);
      CandidateFiles files = new CandidateFiles(context.folder(), context.inputDigest());
      List<VerifyReport.Candidate> candidates = measure(context, verify, tuning, files);
      int chosen = VerifyReport.best(candidates);
      if (chosen < 0) {
        throw allFailed(context, candidates);
      }
      context.progress().step(0.95, "measuring the chosen policy on the test images");
      Policy policy = verify.candidates().get(chosen).policy();
      Path network = context.folder().resolve(TunedNetwork.FILE_NAME);
      Files.copy(files.network(chosen), network, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      ModelExport.Result exported =
          new ModelExport(context, dataset, meter, writer)
              .run(verify, policy, TunedNetwork.read(network), candidates.get(chosen), manager);
      candidates.set(chosen, candidates.get(chosen).tested(exported.test()));
      VerifyReport report = new VerifyReport(WorkerSpec.VERSION, chosen, candidates);
      write(context, POLICY, policy.canonicalJson());
      write(context, StoreLayout.SPEC, context.spec().canonicalJson());
      write(context, StoreLayout.VERIFICATION, Json.bytes(report));
      return result(report, exported);
    }
  }

  private static CandidateTuning tuning(
      StageContext context,
      VerifySpec verify,
      Dataset dataset,
      SubnetMeter meter,
      NDManager manager)
      throws IOException {
    WorkerSpec spec = context.spec();
    Parameters weights =
        Parameters.of(new Inputs(context.supernet()).supernet(spec.space()), manager);
    return new CandidateTuning(
        new ElasticNetwork(spec.space(), weights),
        dataset,
        meter,
        spec.quantization(),
        verify,
        spec.recipe().batchSize());
  }

  private static List<VerifyReport.Candidate> measure(
      StageContext context, VerifySpec verify, CandidateTuning tuning, CandidateFiles files)
      throws IOException {
    List<VerifyReport.Candidate> measured = new ArrayList<>();
    for (int i = 0; i < verify.candidates().size(); i++) {
      context.stopIfRequested();
      Optional<VerifyReport.Candidate> before = files.find(i);
      measured.add(before.isPresent() ? before.get() : measure(context, verify, tuning, files, i));
    }
    return measured;
  }

  private static VerifyReport.Candidate measure(
      StageContext context,
      VerifySpec verify,
      CandidateTuning tuning,
      CandidateFiles files,
      int index)
      throws IOException {
    VerifySpec.Candidate candidate = verify.candidates().get(index);
    String digest = candidate.policy().digest();
    try {
      Tuning tuned =
          tuning.tune(
              candidate.policy(),
              context.random().at(index),
              (steps, best) -> {
                context.stopIfRequested();
                report(context, verify, index, steps, best);
              });
      VerifyReport.Candidate measured =
          new VerifyReport.Candidate(
              digest, candidate.predictedAccuracy(), tuned.steps(), tuned.validation(), null, null);
      files.keep(index, measured, tuned.network());
      return measured;
    } catch (DivergedException e) {
      VerifyReport.Candidate skipped =
          new VerifyReport.Candidate(
              digest,
              candidate.predictedAccuracy(),
              0,
              null,
              null,
              "fine-tuning diverged: " + e.getMessage());
      files.skip(index, skipped);
      return skipped;
    }
  }

  private static StageException allFailed(
      StageContext context, List<VerifyReport.Candidate> candidates) {
    return new StageException(
        ExitCode.BAD_SPEC,
        "none of the "
            + candidates.size()
            + " policies could be measured; the first one: "
            + candidates.get(0).problem(),
        Divergence.remedy(context.stage(), context.spec()));
  }

  private static void write(StageContext context, String file, byte[] bytes) throws IOException {
    AtomicFiles.write(context.folder().resolve(file), bytes);
  }

  private static void report(
      StageContext context, VerifySpec verify, int index, int steps, double best) {
    int all = verify.candidates().size();
    double fraction = 0.95 * (index + (double) steps / verify.finetuneSteps()) / all;
    String message =
        String.format(
            Locale.ROOT,
            "policy %d of %d, fine-tuning step %d of %d, best accuracy so far %.1f%%",
            index + 1,
            all,
            steps,
            verify.finetuneSteps(),
            100 * best);
    context.progress().step(fraction, message);
  }

  /** What a verification with this outcome seals. */
  static StageResult result(VerifyReport report, ModelExport.Result exported) {
    VerifyReport.Candidate best = report.best();
    VerifyReport.Measurement validation = Objects.requireNonNull(best.validation());
    VerifyReport.Measurement test = Objects.requireNonNull(best.test());
    long measured = report.candidates().stream().filter(c -> c.validation() != null).count();
    Set<String> files =
        new LinkedHashSet<>(
            List.of(POLICY, StoreLayout.SPEC, StoreLayout.VERIFICATION, TunedNetwork.FILE_NAME));
    files.addAll(exported.files());
    Map<String, Long> counts = new TreeMap<>();
    counts.put("candidates", (long) report.candidates().size());
    counts.put("measured", measured);
    counts.put("validationImages", (long) validation.images());
    counts.put("testImages", (long) test.images());
    ExportedModel model = exported.model();
    if (model != null) {
      counts.put(VerifyReport.ONNX_BYTES, model.onnxBytes());
      counts.put(VerifyReport.WEIGHT_BYTES, model.weightBytes());
      counts.put(VerifyReport.COST_MODEL_BYTES, model.costModelBytes());
    }
    return new StageResult(
        List.copyOf(files),
        counts,
        Map.of(
            "policy",
            best.digest(),
            "predictedAccuracy",
            StageResult.figure(best.predictedAccuracy()),
            "validationAccuracy",
            StageResult.figure(validation.accuracy()),
            "testAccuracy",
            StageResult.figure(test.accuracy()),
            "testStandardError",
            StageResult.figure(test.standardError()),
            VerifyReport.EXPORT_PROBLEM,
            exported.problem()),
        String.format(
            Locale.ROOT,
            "%d of %d policies measured, the best one %.1f%% on %d test images",
            measured,
            report.candidates().size(),
            100 * test.accuracy(),
            test.images()));
  }
}
