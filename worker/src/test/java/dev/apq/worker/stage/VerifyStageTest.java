package dev.apq.worker.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.Json;
import dev.apq.core.artifact.Safetensors;
import dev.apq.core.contract.CollectionSpec;
import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.Failure;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.PredictorSpec;
import dev.apq.core.contract.QuantizationSpec;
import dev.apq.core.contract.Quantizer;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.contract.VerifyReport;
import dev.apq.core.contract.VerifySpec;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Sampler;
import dev.apq.core.random.RandomStream;
import dev.apq.worker.export.ExportedModel;
import dev.apq.worker.export.OnnxSession;
import dev.apq.worker.supernet.TinySpaces;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verifications of a few policies on one tiny supernet. */
class VerifyStageTest {
  private static final WorkerSpec TRAINING =
      new WorkerSpec(
          WorkerSpec.VERSION,
          7,
          TinySpaces.digits(),
          new DatasetSpec("digits", null),
          new RecipeSpec(1, 32, "0.004", "0.01", "0.1", "0.05", 1, null),
          new CollectionSpec(12, 12, 1, 1, 120, 64),
          new QuantizationSpec(Quantizer.PER_CHANNEL, "0.001"),
          new PredictorSpec(24, 12, "0.003", 50, 1));
  private static final int MOST_IMAGES = 300;

  @TempDir private static Path supernet;
  @TempDir private Path own;

  @BeforeAll
  static void train() throws IOException {
    Files.write(supernet.resolve("spec.json"), TRAINING.canonicalJson());
    assertThat(
            runner(supernet, new StopSignal())
                .run(Stage.TRAIN, supernet.resolve("spec.json"), supernet.toUri()))
        .isEqualTo(ExitCode.DONE);
  }

  @Test
  void theBestOnValidationImagesIsChosenAndItAloneIsTested() throws IOException {
    Map<String, String> before = digests(supernet);
    List<Policy> policies = policies(3);

    assertThat(verify(supernet, policies, 6, "0.002")).isEqualTo(ExitCode.DONE);

    Path folder = layout().stage(Stage.VERIFY);
    Manifest manifest = Manifest.read(folder).orElseThrow();
    assertThat(manifest.firstDamagedFile(folder)).isEmpty();
    VerifyReport report =
        Json.read(
            folder.resolve(StoreLayout.VERIFICATION), VerifyReport.class, VerifyReport.MAX_BYTES);
    assertThat(report.candidates())
        .extracting(VerifyReport.Candidate::digest)
        .containsExactlyElementsOf(policies.stream().map(Policy::digest).toList());
    assertThat(report.candidates())
        .allSatisfy(
            candidate -> {
              assertThat(candidate.validation().images()).isEqualTo(MOST_IMAGES);
              assertThat(candidate.finetuneSteps()).isIn(0, 2, 4, 6);
            });
    assertThat(report.best().test().images()).isEqualTo(MOST_IMAGES);
    assertThat(manifest.summary())
        .containsEntry("policy", report.best().digest())
        .containsEntry("testAccuracy", StageResult.figure(report.best().test().accuracy()))
        .containsEntry("exportProblem", "");
    assertThat(manifest.counts())
        .containsEntry("onnxBytes", Files.size(folder.resolve(ExportedModel.ONNX)));
    assertThat(manifest.counts().get("weightBytes"))
        .isPositive()
        .isLessThan(manifest.counts().get("costModelBytes"));
    assertThat(manifest.files()).containsKeys(ExportedModel.FILES.toArray(String[]::new));
    ExportedModel exported =
        Json.read(folder.resolve(ExportedModel.SUMMARY), ExportedModel.class, 1 << 16);
    assertThat(exported.policyDigest()).isEqualTo(report.best().digest());
    assertThat(exported.reference().correct())
        .as("the network that was measured is the one that was exported")
        .isEqualTo(report.best().test().correct());
    assertThat(Math.abs(exported.exported().correct() - exported.reference().correct()))
        .isLessThanOrEqualTo(1);
    assertThat(Json.read(folder.resolve("policy.json"), Policy.class, 1 << 16).digest())
        .isEqualTo(report.best().digest());
    assertThat(digests(supernet)).as("the supernet is only read").isEqualTo(before);
  }

  @Test
  void fineTuningHelpsOrIsNotUsed() throws IOException {
    List<Policy> policies = policies(2);
    verify(supernet, policies, 0, "0.002");
    List<Integer> untouched = correct();
    Files.delete(layout().stage(Stage.VERIFY).resolve(Manifest.FILE_NAME));

    verify(supernet, policies, 40, "0.002");

    List<Integer> tuned = correct();
    for (int i = 0; i < tuned.size(); i++) {
      assertThat(tuned.get(i)).isGreaterThanOrEqualTo(untouched.get(i));
    }
    assertThat(tuned).isNotEqualTo(untouched);
  }

  @Test
  void cutOffBehindAnyCandidateItContinuesToTheSameBytes() throws IOException {
    List<Policy> policies = policies(3);
    verify(supernet, policies, 4, "0.002");
    Path folder = layout().stage(Stage.VERIFY);
    byte[] manifest = Files.readAllBytes(folder.resolve(Manifest.FILE_NAME));
    for (int finished = 0; finished <= 3; finished++) {
      for (String file : Manifest.read(folder).orElseThrow().files().keySet()) {
        Files.delete(folder.resolve(file));
      }
      Files.delete(folder.resolve(Manifest.FILE_NAME));
      for (int candidate = finished; candidate < 3; candidate++) {
        Files.delete(folder.resolve("candidates/" + candidate + ".json"));
        Path network = folder.resolve("candidates/" + candidate + ".safetensors");
        Files.write(network, Arrays.copyOf(Files.readAllBytes(network), 100));
      }
      assertThat(verify(supernet, policies, 4, "0.002")).isEqualTo(ExitCode.DONE);
      assertThat(folder.resolve(Manifest.FILE_NAME)).hasBinaryContent(manifest);
    }
  }

  @Test
  void candidatesOfOtherInputsOrWithADamagedNetworkAreMeasuredAgain() throws IOException {
    List<Policy> policies = policies(2);
    verify(supernet, policies, 4, "0.002");
    Path folder = layout().stage(Stage.VERIFY);
    byte[] manifest = Files.readAllBytes(folder.resolve(Manifest.FILE_NAME));
    Path network = folder.resolve("candidates/0.safetensors");
    byte[] bytes = Files.readAllBytes(network);
    bytes[bytes.length - 1] ^= 1;
    Files.write(network, bytes);
    verify(supernet, policies, 2, "0.002");
    assertThat(folder.resolve(Manifest.FILE_NAME).toFile()).isNotEmpty();
    assertThat(Files.readAllBytes(folder.resolve(Manifest.FILE_NAME))).isNotEqualTo(manifest);

    verify(supernet, policies, 4, "0.002");

    assertThat(folder.resolve(Manifest.FILE_NAME)).hasBinaryContent(manifest);
  }

  @Test
  void stoppedOnRequestItCanBeContinued() throws IOException {
    StopSignal stop = new StopSignal();
    stop.request();
    assertThat(verify(supernet, policies(2), 4, "0.002", stop)).isEqualTo(ExitCode.STOPPED);
    assertThat(Manifest.read(layout().stage(Stage.VERIFY))).isEmpty();
  }

  @Test
  void aPolicyWhoseFineTuningDivergesIsSkippedWithItsReason() throws IOException {
    Path broken = brokenInTheSecondBlock();
    Policy shallow = policies(1).get(0);
    Policy deep = policy(true);

    assertThat(verify(broken, List.of(deep, shallow), 4, "0.002")).isEqualTo(ExitCode.DONE);

    VerifyReport report = report();
    assertThat(report.chosen()).isEqualTo(1);
    assertThat(report.candidates().get(0).problem()).contains("diverged", "learning rate");
    assertThat(report.candidates().get(0).validation()).isNull();
  }

  @Test
  void ifNoPolicyCanBeMeasuredTheReasonAndARemedyAreGiven() throws IOException {
    assertThat(verify(brokenInTheSecondBlock(), List.of(policy(true)), 4, "0.002"))
        .isEqualTo(ExitCode.BAD_SPEC);
    Failure failure = Json.read(own.resolve("termination-log"), Failure.class, Failure.MAX_BYTES);
    assertThat(failure.error()).contains("none of the 1 policies", "diverged");
    assertThat(failure.remedy()).contains("spec.verify.learningRate (now 0.002)");
    assertThat(Manifest.read(layout().stage(Stage.VERIFY))).isEmpty();
  }

  @Test
  void anOperatorThatTheRuntimeLacksLeavesTheMeasurementAndTheReason() throws IOException {
    WorkerSpec spec =
        TRAINING.verifying(
            new VerifySpec(
                List.of(new VerifySpec.Candidate(policies(1).get(0), 0.9)),
                2,
                "0.002",
                2,
                3,
                MOST_IMAGES));
    Path folder = layout().stage(Stage.VERIFY);
    Files.createDirectories(folder);
    PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    StageContext context =
        new StageContext(
            spec,
            Stage.VERIFY,
            null,
            layout(),
            new StoreLayout(supernet),
            "sha256:in",
            new StopSignal(),
            new ProgressReporter(folder, "verify", out, false, System::nanoTime));

    StageResult result =
        new VerifyStage(
                (network, card, dataset, images, reference, into) -> {
                  Path good = own.resolve("good");
                  ExportedModel.write(network, card, dataset, images, reference, good);
                  OnnxSession.load(
                      renamed(Files.readAllBytes(good.resolve(ExportedModel.ONNX)), "Conv", "Conw"),
                      1);
                  throw new AssertionError("the runtime knows an operator Conw");
                })
            .run(context);

    assertThat(result.summary().get("exportProblem"))
        .startsWith("ONNX Runtime")
        .contains("cannot run the model", "Conw", "use a newer runtime");
    assertThat(result.files())
        .contains("policy.json", StoreLayout.VERIFICATION)
        .doesNotContain(ExportedModel.ONNX, ExportedModel.REPORT);
    assertThat(folder.resolve(ExportedModel.ONNX)).doesNotExist();
    assertThat(report().best().test().images()).isEqualTo(MOST_IMAGES);
  }

  /** The bytes with every occurrence of a text replaced by another one of its length. */
  private static byte[] renamed(byte[] bytes, String from, String to) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A supernet whose second block, which only deeper policies use, holds no numbers. */
  private Path brokenInTheSecondBlock() throws IOException {
    Path broken = own.resolve("broken");
    Path train = new StoreLayout(broken).stage(Stage.TRAIN);
    Files.createDirectories(train);
    Path original = new StoreLayout(supernet).stage(Stage.TRAIN);
    Map<String, FloatTensor> weights =
        new TreeMap<>(Safetensors.read(original.resolve(StoreLayout.SUPERNET), 1 << 24));
    weights.replaceAll(
        (name, tensor) -> {
          float[] data = tensor.data().clone();
          if (name.startsWith("blocks.1.")) {
            Arrays.fill(data, Float.NaN);
          }
          return new FloatTensor(tensor.shape(), data);
        });
    Safetensors.write(train.resolve(StoreLayout.SUPERNET), weights);
    new Manifest(
            WorkerSpec.VERSION,
            Stage.TRAIN.folder(),
            null,
            "sha256:broken",
            Map.of(
                StoreLayout.SUPERNET, Manifest.FileEntry.of(train.resolve(StoreLayout.SUPERNET))),
            Map.of(),
            Map.of())
        .write(train);
    return broken;
  }

  private static Policy policy(boolean secondBlock) {
    Sampler sampler = new Sampler(TRAINING.space());
    return Stream.iterate(0, i -> i + 1)
        .map(i -> sampler.quantized(RandomStream.of(3, i)))
        .filter(policy -> (policy.architecture().depths().get(0) > 1) == secondBlock)
        .findFirst()
        .orElseThrow();
  }

  private static List<Policy> policies(int count) {
    Sampler sampler = new Sampler(TRAINING.space());
    List<Policy> policies = new ArrayList<>();
    policies.add(policy(false));
    for (int i = 0; policies.size() < count; i++) {
      Policy policy = sampler.quantized(RandomStream.of(9, i));
      if (!policies.contains(policy)) {
        policies.add(policy);
      }
    }
    return policies;
  }

  private ExitCode verify(Path source, List<Policy> policies, int steps, String rate)
      throws IOException {
    return verify(source, policies, steps, rate, new StopSignal());
  }

  private ExitCode verify(
      Path source, List<Policy> policies, int steps, String rate, StopSignal stop)
      throws IOException {
    List<VerifySpec.Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < policies.size(); i++) {
      candidates.add(new VerifySpec.Candidate(policies.get(i), 0.9 - 0.01 * i));
    }
    WorkerSpec spec =
        TRAINING.verifying(new VerifySpec(candidates, steps, rate, 2, 3, MOST_IMAGES));
    Files.write(own.resolve("spec.json"), spec.canonicalJson());
    return runner(own, stop)
        .run(Stage.VERIFY, own.resolve("spec.json"), layout().root().toUri(), source.toUri());
  }

  private StoreLayout layout() {
    return new StoreLayout(own.resolve("store"));
  }

  private VerifyReport report() throws IOException {
    return Json.read(
        layout().stage(Stage.VERIFY).resolve(StoreLayout.VERIFICATION),
        VerifyReport.class,
        VerifyReport.MAX_BYTES);
  }

  private List<Integer> correct() throws IOException {
    return report().candidates().stream()
        .map(candidate -> candidate.validation().correct())
        .toList();
  }

  private static Map<String, String> digests(Path folder) throws IOException {
    Map<String, String> digests = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        digests.put(folder.relativize(file).toString(), Digests.sha256(file));
      }
    }
    return digests;
  }

  private static StageRunner runner(Path folder, StopSignal stop) {
    Map<String, String> environment = new HashMap<>();
    environment.put("APQ_TERMINATION_LOG", folder.resolve("termination-log").toString());
    // A log that Kubernetes did not prepare is not created.
    PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return new StageRunner(environment, out, false, stop);
  }
}
