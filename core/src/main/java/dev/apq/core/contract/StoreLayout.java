package dev.apq.core.contract;

import java.nio.file.Path;
import java.util.Locale;

/** Where things lie in a resource's artifact folder. */
public record StoreLayout(Path root) {
  /** Trained supernet weights, in the train folder. */
  public static final String SUPERNET = "supernet.safetensors";

  /** Supernet health figures, in the train folder. */
  public static final String HEALTH = "health.json";

  /** Measured subnets, in a shard's folder. */
  public static final String SAMPLES = "samples.jsonl";

  /** Predictor weights, in the train-predictor and transfer folders. */
  public static final String PREDICTOR = "predictor.safetensors";

  /** Plot of predicted against measured accuracies, beside the weights. */
  public static final String CALIBRATION = "calibration.svg";

  /** Predictor quality figures, beside the weights. */
  public static final String QUALITY = "quality.json";

  /** What the verification measured, in the verify folder. */
  public static final String VERIFICATION = "verify.json";

  /** The specification that the verification worked on, in the verify folder. */
  public static final String SPEC = "spec.json";

  /** Folder of a stage. */
  public Path stage(Stage stage) {
    return root.resolve(stage.folder());
  }

  /** Folder of a shard of a sharded stage. */
  public Path shard(Stage stage, int shard) {
    return stage(stage).resolve(shardName(shard));
  }

  /** Folder name of a shard, for example {@code shard-00007}. */
  public static String shardName(int shard) {
    return String.format(Locale.ROOT, "shard-%05d", shard);
  }
}
