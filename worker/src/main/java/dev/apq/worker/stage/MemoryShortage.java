package dev.apq.worker.stage;

import dev.apq.core.contract.CollectionSpec;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.WorkerSpec;
import java.util.regex.Pattern;

/**
 * Recognises that memory ran out, in the heap, in native memory or on a GPU, and says what to
 * lower. The engine reports the last two as exceptions of its own with a text of the allocator.
 */
final class MemoryShortage {
  private static final Pattern ENGINE_TEXT =
      Pattern.compile(
          "out of memory|not enough memory|bad_alloc"
              + "|(can't|cannot|could not|unable to|failed to|tried to) allocate",
          Pattern.CASE_INSENSITIVE);

  private MemoryShortage() {}

  /** Whether a failure of a stage's work, or what caused it, is a shortage of memory. */
  static boolean explains(Throwable problem) {
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      boolean engine = ENGINE_TEXT.matcher(String.valueOf(cause.getMessage())).find();
      if (cause instanceof OutOfMemoryError || (cause instanceof RuntimeException && engine)) {
        return true;
      }
    }
    return false;
  }

  /** The failure, with the sizes that decide how much memory the stage needs. */
  static StageException failure(StageContext context, Throwable problem) {
    WorkerSpec spec = context.spec();
    String size =
        switch (context.stage()) {
          case TRAIN, VERIFY -> batchOrCalibration(spec);
          case TRAIN_PREDICTOR, TRANSFER ->
              "predictor.hiddenSize (now " + spec.predictor().hiddenSize() + " units)";
          default -> calibration(spec.collection());
        };
    return failure(size, problem);
  }

  /** The failure of a command beside a training, which may train, measure or calibrate. */
  static StageException failure(WorkerSpec spec, Throwable problem) {
    return failure(batchOrCalibration(spec), problem);
  }

  private static StageException failure(String size, Throwable problem) {
    return new StageException(
        ExitCode.INTERNAL,
        "memory ran out: " + firstLine(problem),
        "lower " + size + ", or raise the memory limit of the worker",
        problem);
  }

  private static String batchOrCalibration(WorkerSpec spec) {
    return "recipe.batchSize (now "
        + spec.recipe().batchSize()
        + " images a step) or "
        + calibration(spec.collection());
  }

  private static String calibration(CollectionSpec collection) {
    return "collection.calibrationImages (now " + collection.calibrationImages() + " at once)";
  }

  private static String firstLine(Throwable problem) {
    return problem.toString().lines().findFirst().orElse("");
  }
}
