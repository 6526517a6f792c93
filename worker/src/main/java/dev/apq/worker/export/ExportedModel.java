package dev.apq.worker.export;

import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.artifact.Json;
import dev.apq.worker.data.Batch;
import dev.apq.worker.data.Dataset;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A network as files for others, and what was measured of them. Equal networks give equal files.
 *
 * @param policyDigest digest of the policy
 * @param runtime name and version of the runtime that ran the model
 * @param agreement of the model's logits with those of the fake-quantized network on test images
 * @param reference accuracy of the fake-quantized network on them
 * @param exported accuracy of the model on them
 * @param onnxBytes size of {@code model.onnx}
 * @param weightBytes weights packed at their bit widths, without biases and scales
 * @param costModelBytes the same with a 32-bit bias per channel, as the search counts model size
 */
public record ExportedModel(
    String policyDigest,
    String runtime,
    Agreement agreement,
    Proportion reference,
    Proportion exported,
    long onnxBytes,
    long weightBytes,
    long costModelBytes) {

  /** The network for ONNX runtimes. */
  public static final String ONNX = "model.onnx";

  /** Weights before rounding, integers after it, and scales. */
  public static final String TENSORS = "model.safetensors";

  /** The policy in canonical JSON; its SHA-256 is the policy's digest. */
  public static final String POLICY = "policy.json";

  /** Everything about the network on one page. */
  public static final String REPORT = "report.html";

  /** The drawing of that page. */
  public static final String DRAWING = "policy.svg";

  /** This record. */
  public static final String SUMMARY = "export.json";

  /** All files, in the order in which they are written. */
  public static final List<String> FILES = List.of(ONNX, TENSORS, POLICY, DRAWING, REPORT, SUMMARY);

  /** Mean difference of two logits, relative to the greatest logit, that is accepted. */
  public static final double MEAN_BOUND = 0.002;

  /** Greatest difference of two logits, relative to the greatest logit, that is accepted. */
  public static final double MAX_BOUND = 0.25;

  /** Difference in accuracy that is accepted. */
  public static final double ACCURACY_BOUND = 0.002;

  private static final int BATCH = 250;

  /** The fake-quantized network that was measured. */
  @FunctionalInterface
  public interface Reference {
    /** Logits of a batch, {@code [count, classes]}. */
    float[] logits(Batch batch);
  }

  /**
   * Writes a network's files, after running the model in ONNX Runtime on test images.
   *
   * @param network frozen, before {@code reference} was measured
   * @param card what else the files say
   * @param dataset whose test images are run
   * @param images at most so many of them
   * @param reference the network that {@code network} was frozen from
   * @param folder made if missing; files of the same names are replaced
   * @throws ExportException if the runtime cannot run the model, or runs it differently; nothing is
   *     written then
   */
  public static ExportedModel write(
      FrozenNetwork network,
      ModelCard card,
      Dataset dataset,
      int images,
      Reference reference,
      Path folder)
      throws IOException {
    byte[] onnx = OnnxModel.bytes(network, card.metadata());
    ExportedModel exported = check(network, card, onnx, dataset, images, reference);
    AtomicFiles.write(folder.resolve(ONNX), onnx);
    ModelTensors.write(network, folder.resolve(TENSORS), card.metadata());
    AtomicFiles.write(folder.resolve(POLICY), card.policy().canonicalJson());
    String drawing = new PolicyDrawing(network, card.hardware()).svg();
    AtomicFiles.write(folder.resolve(DRAWING), drawing.getBytes(StandardCharsets.UTF_8));
    String page = new ReportPage(network, card, exported, drawing).html();
    AtomicFiles.write(folder.resolve(REPORT), page.getBytes(StandardCharsets.UTF_8));
    AtomicFiles.write(folder.resolve(SUMMARY), Json.bytes(exported));
    return exported;
  }

  /**
   * How many test images a model classifies right in ONNX Runtime.
   *
   * @param onnx the model
   * @param images at most so many of them
   * @throws ExportException if the runtime cannot run it
   */
  public static int correct(byte[] onnx, Dataset dataset, int images) {
    int correct = 0;
    int count = Math.min(images, dataset.test().count());
    try (OnnxSession session = OnnxSession.load(onnx, 1)) {
      for (int from = 0; from < count; from += BATCH) {
        Batch batch = dataset.batch(dataset.test(), from, Math.min(from + BATCH, count));
        float[] logits = session.run(batch.images(), batch.count(), batch.channels(), batch.size());
        correct += accuracy(logits, batch.labels(), dataset.classes()).correct();
      }
    }
    return correct;
  }

  private static ExportedModel check(
      FrozenNetwork network,
      ModelCard card,
      byte[] onnx,
      Dataset dataset,
      int images,
      Reference reference) {
    int count = Math.min(images, dataset.test().count());
    int classes = network.classes();
    float[] expected = new float[count * classes];
    float[] actual = new float[count * classes];
    int[] labels = new int[count];
    try (OnnxSession session = OnnxSession.load(onnx, 1)) {
      for (int from = 0; from < count; from += BATCH) {
        Batch batch = dataset.batch(dataset.test(), from, Math.min(from + BATCH, count));
        copy(reference.logits(batch), expected, from * classes);
        float[] logits = session.run(batch.images(), batch.count(), batch.channels(), batch.size());
        copy(logits, actual, from * classes);
        System.arraycopy(batch.labels(), 0, labels, from, batch.count());
      }
    }
    Agreement agreement = Agreement.of(expected, actual, classes);
    ExportedModel exported =
        new ExportedModel(
            card.policy().digest(),
            OnnxSession.runtime(),
            agreement,
            accuracy(expected, labels, classes),
            accuracy(actual, labels, classes),
            onnx.length,
            network.weightBits() / Byte.SIZE,
            (network.weightBits() + Float.SIZE * network.outputChannels()) / Byte.SIZE);
    exported.requireWithinBounds();
    return exported;
  }

  private void requireWithinBounds() {
    double mean = agreement.meanDifference() / agreement.greatestLogit();
    double max = agreement.maxDifference() / agreement.greatestLogit();
    double accuracy = Math.abs(reference.value() - exported.value());
    if (!(mean <= MEAN_BOUND && max <= MAX_BOUND && accuracy <= ACCURACY_BOUND)) {
      throw new ExportException(
          runtime
              + " does not compute what was measured: logits differ by "
              + Decimals.rounded(agreement.meanDifference())
              + " on average and by "
              + Decimals.rounded(agreement.maxDifference())
              + " at most (the greatest is "
              + Decimals.rounded(agreement.greatestLogit())
              + "), accuracy is "
              + Decimals.percent(exported.value(), 2)
              + " % instead of "
              + Decimals.percent(reference.value(), 2)
              + " %",
          "verify on a node whose processor has VNNI or AVX-512 instructions, and report the policy"
              + " with the worker's log if it persists");
    }
  }

  private static void copy(float[] from, float[] to, int position) {
    System.arraycopy(from, 0, to, position, from.length);
  }

  private static Proportion accuracy(float[] logits, int[] labels, int classes) {
    int correct = 0;
    for (int i = 0; i < labels.length; i++) {
      correct += Agreement.top(logits, i * classes, classes) == labels[i] ? 1 : 0;
    }
    return new Proportion(correct, labels.length);
  }
}
