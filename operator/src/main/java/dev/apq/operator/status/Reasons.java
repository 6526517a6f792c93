package dev.apq.operator.status;

import dev.apq.core.contract.Stage;

/** Reasons of the {@code Succeeded} condition: the STATE column. Others name their condition. */
public final class Reasons {
  /** Every stage is finished. */
  public static final String COMPLETED = "Completed";

  /** The user stopped it. */
  public static final String SUSPENDED = "Suspended";

  /** The specification cannot be carried out. */
  public static final String INVALID_SPEC = "InvalidSpec";

  /** A Job failed and retrying it does not help. */
  public static final String JOB_FAILED = "JobFailed";

  /** A stage took longer than allowed. */
  public static final String DEADLINE_EXCEEDED = "DeadlineExceeded";

  /** Artifacts were corrupt twice. */
  public static final String INVALID_ARTIFACT = "InvalidArtifact";

  /** A Job completed without leaving its artifacts. */
  public static final String ARTIFACT_MISSING = "ArtifactMissing";

  /** A resource quota keeps Pods from being created. */
  public static final String WAITING_FOR_QUOTA = "WaitingForQuota";

  /** The queue has not admitted the Job. */
  public static final String WAITING_FOR_ADMISSION = "WaitingForAdmission";

  /** The API server refused the Job. */
  public static final String JOB_REFUSED = "JobRefused";

  /** The training asks for a TrainJob, which cannot be had. */
  public static final String TRAIN_JOBS_UNAVAILABLE = "TrainJobsUnavailable";

  /** Pods exist but cannot start. */
  public static final String WAITING_FOR_POD = "WaitingForPod";

  /** The namespace is being deleted, and its Jobs with it. */
  public static final String NAMESPACE_TERMINATING = "NamespaceTerminating";

  /** Finished work is being made visible. */
  public static final String SEALING = "Sealing";

  /** The artifact store cannot be reached. */
  public static final String STORE_UNAVAILABLE = "StoreUnavailable";

  /** An earlier Job has to end first. */
  public static final String STOPPING_JOB = "StoppingJob";

  /** The SupernetTraining has no predictor yet. */
  public static final String WAITING_FOR_SUPERNET = "WaitingForSupernet";

  /** The SupernetTraining does not exist. */
  public static final String SUPERNET_NOT_FOUND = "SupernetNotFound";

  /** The SupernetTraining needs help. */
  public static final String SUPERNET_STALLED = "SupernetStalled";

  /** The search waits for a thread. */
  public static final String QUEUED = "Queued";

  /** The search runs. */
  public static final String SEARCHING = "Searching";

  /** The search ended with an error. */
  public static final String SEARCH_FAILED = "SearchFailed";

  /** The answer could not be measured; the predicted one stays. */
  public static final String VERIFICATION_FAILED = "VerificationFailed";

  /** No policy keeps the limits. */
  public static final String INFEASIBLE = "Infeasible";

  /** The hardware table is missing or cannot be used. */
  public static final String HARDWARE_UNUSABLE = "HardwareUnusable";

  /** The search to start from has no result yet. */
  public static final String WAITING_FOR_WARM_START = "WaitingForWarmStart";

  /** The search to start from does not exist. */
  public static final String WARM_START_NOT_FOUND = "WarmStartNotFound";

  /** The result to start from cannot be read or is of another search space. */
  public static final String WARM_START_UNUSABLE = "WarmStartUnusable";

  /** An object of the needed name belongs to somebody else. */
  public static final String NAME_TAKEN = "NameTaken";

  /** Of {@code Healthy}: the predictor ranks unseen samples worse than asked for. */
  public static final String PREDICTOR_UNRELIABLE = "PredictorUnreliable";

  private Reasons() {}

  /** The reason while a stage runs, for example {@code Training}. */
  public static String of(Stage stage) {
    return switch (stage) {
      case TRAIN -> "Training";
      case COLLECT -> "Collecting";
      case TRAIN_PREDICTOR -> "TrainingPredictor";
      case COLLECT_QUANTIZED -> "CollectingQuantized";
      case TRANSFER -> "TransferringPredictor";
      case VERIFY -> "Verifying";
    };
  }
}
