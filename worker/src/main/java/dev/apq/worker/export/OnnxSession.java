package dev.apq.worker.export;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.nio.FloatBuffer;
import java.util.Map;

/** A model loaded into ONNX Runtime on the CPU. */
public final class OnnxSession implements AutoCloseable {
  private final OrtEnvironment environment;
  private final SessionOptions options;
  private final OrtSession session;

  private OnnxSession(OrtEnvironment environment, SessionOptions options, OrtSession session) {
    this.environment = environment;
    this.options = options;
    this.session = session;
  }

  /** Name and version of the runtime. */
  public static String runtime() {
    return "ONNX Runtime " + OrtEnvironment.getEnvironment().getVersion();
  }

  /**
   * Loads a model.
   *
   * @param model the bytes of an ONNX file
   * @param threads that compute one inference, the caller's included
   * @throws ExportException if this runtime cannot run the model, for example for want of an
   *     operator
   */
  public static OnnxSession load(byte[] model, int threads) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    SessionOptions options = new SessionOptions();
    try {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
      // Without it, processors that have no VNNI instructions saturate sums of products at 16 bits.
      options.addConfigEntry("session.x64quantprecision", "1");
      return new OnnxSession(environment, options, environment.createSession(model, options));
    } catch (OrtException e) {
      options.close();
      throw new ExportException(
          runtime() + " cannot run the model: " + e.getMessage(),
          "use a newer runtime, or bit widths above 4, which need no 4-bit tensors",
          e);
    }
  }

  /**
   * The model's output for a batch.
   *
   * @param images {@code [count, channels, size, size]}
   * @return logits, {@code [count, classes]}
   */
  public float[] run(float[] images, int count, int channels, int size) {
    long[] shape = {count, channels, size, size};
    try (OnnxTensor input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(images), shape);
        OrtSession.Result result = session.run(Map.of(OnnxModel.INPUT, input))) {
      FloatBuffer logits = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] values = new float[logits.remaining()];
      logits.get(values);
      return values;
    } catch (OrtException e) {
      throw new ExportException(
          "ONNX Runtime failed: " + e.getMessage(), "see the worker's log", e);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("cannot release the ONNX Runtime session", e);
    } finally {
      options.close();
    }
  }
}
