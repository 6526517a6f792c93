package dev.apq.store;

import dev.apq.core.artifact.StoreUnavailableException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.HttpURLConnection;
import java.nio.file.NoSuchFileException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Says what went wrong in S3, and what to do, in words of our own: a server's text and a client's
 * stack of causes may repeat keys.
 */
final class S3Failures {
  private static final String CREDENTIALS =
      "check that the Secret of the artifact store holds AWS_ACCESS_KEY_ID and"
          + " AWS_SECRET_ACCESS_KEY, or that the service account has a role, and that its policy"
          + " allows to get, put, delete and list below the store's root";
  private static final String BUCKET =
      "check the bucket's name, its region and the endpoint in the operator's configuration";
  private static final String LATER =
      "wait, it is tried again; if it lasts, check the S3 server and the network policies";
  private static final int MOVED = 301;
  private static final int PRECONDITION = 412;

  private S3Failures() {}

  /**
   * The failure as an I/O problem.
   *
   * @param uri of the object
   * @param done what could not be done to it: read, written
   */
  static IOException explain(String uri, String done, SdkException problem) {
    if (problem instanceof AbortedException) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException(uri + ": interrupted");
      interrupted.initCause(problem);
      return interrupted;
    }
    if (problem instanceof AwsServiceException answer) {
      return explain(uri, done, answer);
    }
    String message = String.valueOf(problem.getMessage());
    return message.contains("credentials")
        ? unavailable(uri, done, "there are no credentials", CREDENTIALS, problem)
        : unavailable(uri, done, "no answer (" + root(problem) + ")", LATER, problem);
  }

  private static IOException explain(String uri, String done, AwsServiceException answer) {
    int status = answer.statusCode();
    String code =
        answer.awsErrorDetails() == null || answer.awsErrorDetails().errorCode() == null
            ? ""
            : answer.awsErrorDetails().errorCode().replaceAll("[^A-Za-z0-9.]", "");
    String said = "the server answered " + status + (code.isEmpty() ? "" : " " + code);
    if (code.equals("NoSuchBucket")) {
      return unavailable(uri, done, "there is no such bucket", BUCKET, answer);
    }
    if (status == HttpURLConnection.HTTP_NOT_FOUND || status == PRECONDITION) {
      return new NoSuchFileException(uri);
    }
    if (status == HttpURLConnection.HTTP_FORBIDDEN
        || status == HttpURLConnection.HTTP_UNAUTHORIZED) {
      return unavailable(uri, done, said, CREDENTIALS, answer);
    }
    return unavailable(uri, done, said, status == MOVED || status == 400 ? BUCKET : LATER, answer);
  }

  private static StoreUnavailableException unavailable(
      String uri, String done, String why, String remedy, SdkException cause) {
    return new StoreUnavailableException(
        uri + " cannot be " + done + ": " + why, remedy, new Cause(cause));
  }

  private static String root(Throwable problem) {
    Throwable root = problem;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root.getClass().getSimpleName();
  }

  /** Where it happened, without the texts. */
  private static final class Cause extends Exception {
    private static final long serialVersionUID = 1L;

    Cause(SdkException problem) {
      super(problem.getClass().getSimpleName());
      setStackTrace(problem.getStackTrace());
    }
  }
}
