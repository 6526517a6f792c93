package dev.apq.worker.export;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
    return load(model, threads, null);
  }

  /**
   * Loads a model and records the time of each kernel of each run, in a file that {@link
   * #finishRecording} names.
   *
   * @param recording path of that file; the runtime appends a time and {@code .json}
   */
  public static OnnxSession recording(byte[] model, int threads, Path recording) {
    return load(model, threads, recording);
  }

  private static OnnxSession load(byte[] model, int threads, @Nullable Path recording) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    SessionOptions options = new SessionOptions();
    try {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
      // Without it, processors that have no VNNI instructions saturate sums of products at 16 bits.
      options.addConfigEntry("session.x64quantprecision", "1");
      if (recording != null) {
        options.enableProfiling(recording.toString());
      }
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
      throw failed(e);
    }
  }

  /**
   * How long single runs take, without the making of their input.
   *
   * @param image one image, {@code [channels, size, size]}
   * @return nanoseconds of each run
   */
  public long[] nanos(float[] image, int channels, int size, int runs) {
    long[] nanos = new long[runs];
    long[] shape = {1, channels, size, size};
    try (OnnxTensor input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(image), shape)) {
      Map<String, OnnxTensor> inputs = Map.of(OnnxModel.INPUT, input);
      for (int i = 0; i < runs; i++) {
        long start = System.nanoTime();
        session.run(inputs).close();
        nanos[i] = System.nanoTime() - start;
      }
      return nanos;
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  /** Ends a recording and names its file. */
  public Path finishRecording() {
    try {
      return Path.of(session.endProfiling());
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  private static ExportException failed(OrtException e) {
    return new ExportException("ONNX Runtime failed: " + e.getMessage(), "see the worker's log", e);
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
