package dev.apq.operator.job;

import dev.apq.core.contract.Stage;

/** Names and labels of what the operator creates. */
public final class JobNames {
  /** Label and value that mark everything the operator creates. */
  public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

  /** Value of {@link #MANAGED_BY}. */
  public static final String OPERATOR = "apq-operator";

  /** Label: the run. */
  public static final String RUN_ID = "apq.dev/run-id";

  /** Key of the run in structured log lines, beside those of the resource. */
  public static final String LOGGED_RUN_ID = "runId";

  /** Label: the stage's folder name. */
  public static final String STAGE = "apq.dev/stage";

  /** Label: the resource. */
  public static final String RESOURCE = "apq.dev/resource";

  /** Label: the attempt, from 1. */
  public static final String ATTEMPT = "apq.dev/attempt";

  /** Annotation: what the workers were told to work on. */
  public static final String INPUT_DIGEST = "apq.dev/input-digest";

  /** An Indexed Job's Pods are called {@code <job>-<index>}; the whole must be a DNS label. */
  static final int MAX_LENGTH = 63 - "-9999".length();

  private JobNames() {}

  /** {@code <resource>-<stage>-<runId>[-a<attempt>]}; a long resource name is cut. */
  public static String job(String resource, Stage stage, String runId, int attempt) {
    return job(resource, stage, runId, attempt, MAX_LENGTH);
  }

  /** The same, of a kind whose names have to be shorter. */
  static String job(String resource, Stage stage, String runId, int attempt, int length) {
    String suffix = "-" + stage.folder() + "-" + runId + (attempt == 1 ? "" : "-a" + attempt);
    return cut(resource, length - suffix.length()) + suffix;
  }

  /** {@code <resource>-<runId>}. */
  public static String specConfigMap(String resource, String runId) {
    return cut(resource, MAX_LENGTH - runId.length() - 1) + "-" + runId;
  }

  private static String cut(String name, int length) {
    String head = name.length() <= length ? name : name.substring(0, length);
    return head.replaceAll("-+$", "");
  }
}
