package dev.apq.worker.stage;

import ai.djl.ndarray.NDManager;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StageInputs;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.contract.VerifyReport;
import dev.apq.core.contract.VerifySpec;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.core.policy.Policy;
import dev.apq.core.search.SearchAnswer;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.data.Datasets;
import dev.apq.worker.export.ExportedModel;
import dev.apq.worker.supernet.SubnetMeter;
import dev.apq.worker.verification.TunedNetwork;
import dev.apq.worker.verification.ValidationMeter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Measures what a verification kept again, exports it again, and compares: counts with counts and
 * files with files.
 */
final class VerificationCheck {
  private static final String REMEDY =
      "take the file from a copy, or delete the folder so that the operator verifies again";
  private static final String OTHER_MACHINE =
      "check on the kind of processor and with the OMP_NUM_THREADS of the verification's Pod, as"
          + " sums of floating-point numbers depend on both; or allow for it with --tolerance";

  private final Path folder;
  private final SearchCheck.Checked search;
  private final int tolerance;

  /**
   * @param run folder of the search
   * @param search the search, whose files are right
   * @param tolerance images by which counts may differ; above 0 files may differ as well
   */
  VerificationCheck(Path run, SearchCheck.Checked search, int tolerance) {
    this.folder = new StoreLayout(run).stage(Stage.VERIFY);
    this.search = search;
    this.tolerance = tolerance;
  }

  /**
   * A verification whose files are right.
   *
   * @param remeasured candidates that were measured again
   * @param exported whether the exported files were made again, byte for byte
   */
  record Checked(VerifyReport report, Manifest manifest, int remeasured, boolean exported) {}

  /** Whether there is one. */
  boolean present() {
    return Files.exists(folder.resolve(Manifest.FILE_NAME));
  }

  /**
   * Checks.
   *
   * @param log takes a line now and then on how far a copy of the data set is
   * @throws StageException naming the file that is damaged
   */
  Checked check(Consumer<String> log) throws IOException {
    Manifest manifest = sealed();
    WorkerSpec spec = read(StoreLayout.SPEC, WorkerSpec.class, WorkerSpec.MAX_BYTES);
    VerifySpec verify = spec.verify();
    if (verify == null
        || !spec.space().equals(search.inputs().space())
        || !asks(verify, search.answer())) {
      throw damaged(StoreLayout.SPEC, "it is not about the candidates of the search");
    }
    String train = new Inputs(search.supernet()).manifest(Stage.TRAIN).digest();
    String inputs =
        StageInputs.digest(
            Stage.VERIFY, Files.readAllBytes(folder.resolve(StoreLayout.SPEC)), List.of(train));
    if (!manifest.inputDigest().equals(inputs)) {
      throw damaged(
          Manifest.FILE_NAME, "its inputDigest is not that of specification and supernet");
    }
    VerifyReport report =
        read(StoreLayout.VERIFICATION, VerifyReport.class, VerifyReport.MAX_BYTES);
    requireAnswers(report, verify);
    Dataset dataset = Datasets.open(spec.dataset(), spec.space(), log);
    SubnetMeter meter =
        new SubnetMeter(dataset, spec.collection().calibrationImages(), verify.evaluationImages());
    try (NDManager manager = NDManager.newBaseManager()) {
      ValidationMeter validation = new ValidationMeter(dataset, meter, spec.quantization(), verify);
      int remeasured = remeasure(spec, verify, report, validation, inputs, manager);
      boolean exported = export(spec, verify, report, manifest, new Again(dataset, meter, manager));
      return new Checked(report, manifest, remeasured, exported);
    }
  }

  private record Again(Dataset dataset, SubnetMeter meter, NDManager manager) {}

  private Manifest sealed() throws IOException {
    Manifest manifest = read(Manifest.FILE_NAME, Manifest.class, Manifest.MAX_BYTES);
    var different = manifest.firstDamagedFile(folder);
    if (different.isPresent()) {
      throw damaged(
          different.get(), "it is missing or differs from its entry in " + Manifest.FILE_NAME);
    }
    return manifest;
  }

  private static boolean asks(VerifySpec verify, SearchAnswer answer) {
    List<VerifySpec.Candidate> expected =
        answer.candidates().stream()
            .limit(verify.candidates().size())
            .map(point -> new VerifySpec.Candidate(point.policy(), point.accuracy()))
            .toList();
    return expected.equals(verify.candidates());
  }

  private static void requireAnswers(VerifyReport report, VerifySpec verify) {
    boolean answers = report.candidates().size() == verify.candidates().size();
    for (int i = 0; answers && i < verify.candidates().size(); i++) {
      VerifySpec.Candidate asked = verify.candidates().get(i);
      VerifyReport.Candidate found = report.candidates().get(i);
      answers =
          asked.policy().digest().equals(found.digest())
              && asked.predictedAccuracy() == found.predictedAccuracy();
    }
    if (!answers) {
      throw damaged(
          StoreLayout.VERIFICATION, "it is not about the candidates of " + StoreLayout.SPEC);
    }
  }

  /** Measures candidates on the validation images: all of them, or the chosen one if alone kept. */
  private int remeasure(
      WorkerSpec spec,
      VerifySpec verify,
      VerifyReport report,
      ValidationMeter validation,
      String inputs,
      NDManager manager)
      throws IOException {
    CandidateFiles files = new CandidateFiles(folder, inputs);
    int measured = 0;
    for (int i = 0; i < report.candidates().size(); i++) {
      VerifyReport.Candidate candidate = report.candidates().get(i);
      boolean chosen = i == report.chosen();
      if (files.exist()) {
        files.require(i, candidate.tested(null));
      }
      VerifyReport.Measurement expected = candidate.validation();
      if (expected != null && (chosen || files.exist())) {
        Path network = chosen ? folder.resolve(TunedNetwork.FILE_NAME) : files.network(i);
        Policy policy = verify.candidates().get(i).policy();
        requireClose(
            "candidate " + (i + 1) + " on validation images",
            expected,
            validation.measure(TunedNetwork.read(network), policy, spec.space(), manager));
        measured++;
      }
    }
    return measured;
  }

  private boolean export(
      WorkerSpec spec, VerifySpec verify, VerifyReport report, Manifest manifest, Again again)
      throws IOException {
    Path scratch = Files.createTempDirectory("apq-check");
    try {
      StageContext context = scratch(spec, manifest.inputDigest(), scratch);
      Policy policy = verify.candidates().get(report.chosen()).policy();
      if (!Arrays.equals(
          Files.readAllBytes(folder.resolve(ExportedModel.POLICY)), policy.canonicalJson())) {
        throw damaged(ExportedModel.POLICY, "it is not the policy that was chosen");
      }
      ModelExport.Result result =
          new ModelExport(context, again.dataset(), again.meter())
              .run(
                  verify,
                  policy,
                  TunedNetwork.read(folder.resolve(TunedNetwork.FILE_NAME)),
                  report.best(),
                  again.manager());
      requireClose(
          "the chosen policy on test images",
          Objects.requireNonNull(report.best().test()),
          result.test());
      boolean published = manifest.files().containsKey(ExportedModel.ONNX);
      boolean same = published && result.model() != null && sameFiles(context.folder());
      requireManifest(report, manifest);
      if (published && !same) {
        rerun(again, result.test().images());
      }
      return same;
    } finally {
      delete(scratch);
    }
  }

  private StageContext scratch(WorkerSpec spec, String inputDigest, Path scratch)
      throws IOException {
    StoreLayout layout = new StoreLayout(scratch);
    Path into = layout.stage(Stage.VERIFY);
    Files.createDirectories(into);
    return new StageContext(
        spec,
        Stage.VERIFY,
        null,
        layout,
        search.supernet(),
        inputDigest,
        new StopSignal(),
        new ProgressReporter(into, Stage.VERIFY.folder(), System.out, false, System::nanoTime));
  }

  private boolean sameFiles(Path made) throws IOException {
    for (String file : ExportedModel.FILES) {
      if (Files.mismatch(folder.resolve(file), made.resolve(file)) >= 0) {
        if (tolerance == 0) {
          throw StageException.input(
              name(file) + " differs from what is exported here", OTHER_MACHINE);
        }
        return false;
      }
    }
    return true;
  }

  /** Runs the published model itself, where another processor exports other bytes. */
  private void rerun(Again again, int images) throws IOException {
    ExportedModel stated = read(ExportedModel.SUMMARY, ExportedModel.class, 1 << 16);
    int correct =
        ExportedModel.correct(
            Files.readAllBytes(folder.resolve(ExportedModel.ONNX)), again.dataset(), images);
    requireClose(
        ExportedModel.ONNX + " on test images",
        new VerifyReport.Measurement(stated.exported().correct(), stated.exported().images()),
        new VerifyReport.Measurement(correct, images));
  }

  private void requireManifest(VerifyReport report, Manifest manifest) throws IOException {
    boolean published = manifest.files().containsKey(ExportedModel.ONNX);
    ModelExport.Result stated =
        new ModelExport.Result(
            Objects.requireNonNull(report.best().test()),
            published ? read(ExportedModel.SUMMARY, ExportedModel.class, 1 << 16) : null,
            manifest.summary().getOrDefault(VerifyReport.EXPORT_PROBLEM, ""));
    StageResult result = VerifyStage.result(report, stated);
    Map<String, Manifest.FileEntry> files = new LinkedHashMap<>();
    for (String file : result.files()) {
      files.put(file, Manifest.FileEntry.of(folder.resolve(file)));
    }
    Manifest expected =
        new Manifest(
            WorkerSpec.VERSION,
            Stage.VERIFY.folder(),
            null,
            manifest.inputDigest(),
            files,
            result.counts(),
            result.summary());
    if (!Arrays.equals(Files.readAllBytes(folder.resolve(Manifest.FILE_NAME)), expected.bytes())) {
      throw damaged(Manifest.FILE_NAME, "its counts or its summary are not those of the files");
    }
  }

  private void requireClose(
      String what, VerifyReport.Measurement stated, VerifyReport.Measurement counted) {
    if (stated.images() != counted.images()
        || Math.abs(stated.correct() - counted.correct()) > tolerance) {
      throw StageException.input(
          name(StoreLayout.VERIFICATION)
              + ": "
              + what
              + ": "
              + stated.correct()
              + " of "
              + stated.images()
              + " are right, here "
              + counted.correct()
              + " of "
              + counted.images(),
          OTHER_MACHINE);
    }
  }

  private <T> T read(String file, Class<T> type, int most) throws IOException {
    try {
      return Json.read(folder.resolve(file), type, most);
    } catch (InvalidArtifactException e) {
      throw damaged(file, String.valueOf(e.getMessage()));
    }
  }

  private static void delete(Path scratch) throws IOException {
    try (var files = Files.walk(scratch)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static StageException damaged(String file, String problem) {
    return StageException.input(name(file) + ": " + problem, REMEDY);
  }

  private static String name(String file) {
    return Stage.VERIFY.folder() + "/" + file;
  }
}
