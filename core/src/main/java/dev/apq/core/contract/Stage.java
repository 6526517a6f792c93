package dev.apq.core.contract;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The stages that workers run: five of a supernet training, in this order, and one of a search. */
public enum Stage {
  /** Train the weight-sharing supernet. */
  TRAIN("Train", "train", false),
  /** Measure full-precision subnets; sharded. */
  COLLECT("Collect", "collect", true),
  /** Fit the full-precision accuracy predictor. */
  TRAIN_PREDICTOR("TrainPredictor", "train-predictor", false),
  /** Fine-tune and measure quantized subnets; sharded. */
  COLLECT_QUANTIZED("CollectQuantized", "collect-quantized", true),
  /** Transfer the predictor to quantized policies. */
  TRANSFER("TransferPredictor", "transfer", false),
  /** Fine-tune and measure the best policies of a search. */
  VERIFY("Verify", "verify", false);

  private static final List<Stage> TRAINING =
      List.of(TRAIN, COLLECT, TRAIN_PREDICTOR, COLLECT_QUANTIZED, TRANSFER);

  private final String displayName;
  private final String folder;
  private final boolean sharded;

  Stage(String displayName, String folder, boolean sharded) {
    this.displayName = displayName;
    this.folder = folder;
    this.sharded = sharded;
  }

  /** The stages of a supernet training, in the order they run. */
  public static List<Stage> ofTraining() {
    return TRAINING;
  }

  /** Name in the API's status, for example {@code TrainPredictor}. */
  public String displayName() {
    return displayName;
  }

  /** Folder in the artifact store and subcommand of the worker, for example {@code collect}. */
  public String folder() {
    return folder;
  }

  /** Whether the stage runs as an Indexed Job, one folder per completion index. */
  public boolean sharded() {
    return sharded;
  }

  /** Stages whose artifacts this one reads. */
  public List<Stage> inputs() {
    return switch (this) {
      case TRAIN -> List.of();
      case COLLECT, COLLECT_QUANTIZED, VERIFY -> List.of(TRAIN);
      case TRAIN_PREDICTOR -> List.of(COLLECT);
      case TRANSFER -> List.of(TRAIN_PREDICTOR, COLLECT_QUANTIZED);
    };
  }

  /** The stage of that folder name. */
  public static Optional<Stage> ofFolder(String folder) {
    return Arrays.stream(values()).filter(stage -> stage.folder.equals(folder)).findFirst();
  }

  /** The stage of that display name. */
  public static Optional<Stage> ofDisplayName(String name) {
    return Arrays.stream(values()).filter(stage -> stage.displayName.equals(name)).findFirst();
  }
}
