package dev.apq.kubectl.error;

import dev.apq.core.artifact.InvalidArtifactException;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns whatever went wrong into what a user needs to know. */
public final class Failures {
  private static final String WRONG_CONTEXT =
      "check that the cluster runs and that --kubeconfig, KUBECONFIG and --context name the right"
          + " one (kubectl cluster-info)";

  private Failures() {}

  /**
   * The failure for users.
   *
   * @param server address of the API server, for messages
   */
  public static PluginException of(Throwable problem, String server) {
    if (problem instanceof PluginException known) {
      return known;
    }
    if (problem instanceof KubernetesClientException refused) {
      return of(refused, server);
    }
    if (problem instanceof InvalidArtifactException) {
      return new PluginException(
          ExitStatus.DAMAGED,
          text(problem),
          "fetch it again; if it stays, the stored artifacts have been changed",
          problem);
    }
    if (problem instanceof IOException || problem instanceof UncheckedIOException) {
      return new PluginException(
          ExitStatus.FAILED, text(problem), "check the file or folder and its rights", problem);
    }
    return new PluginException(
        ExitStatus.FAILED,
        problem.toString(),
        "this is a defect of the plugin; run it again with --stacktrace and report it",
        problem);
  }

  private static PluginException of(KubernetesClientException refused, String server) {
    // Whoever answers sends a Status; without one the request did not get through.
    if (refused.getStatus() == null && root(refused) instanceof IOException) {
      return new PluginException(
          ExitStatus.UNREACHABLE,
          "the API server " + server + " cannot be reached: " + text(root(refused)),
          WRONG_CONTEXT,
          refused);
    }
    return switch (refused.getCode()) {
      case HttpURLConnection.HTTP_UNAUTHORIZED ->
          new PluginException(
              ExitStatus.DENIED,
              "the API server " + server + " does not accept your credentials",
              "log in again, or choose another context with --context",
              refused);
      case HttpURLConnection.HTTP_FORBIDDEN ->
          new PluginException(
              ExitStatus.DENIED,
              message(refused),
              "ask an administrator for this right; docs/kubectl-apq.md lists what each command"
                  + " needs",
              refused);
      case HttpURLConnection.HTTP_NOT_FOUND ->
          new PluginException(
              ExitStatus.NOT_FOUND,
              message(refused),
              "check the name, the namespace (-n) and that the operator's"
                  + " CustomResourceDefinitions are installed",
              refused);
      default ->
          new PluginException(
              ExitStatus.FAILED,
              "the API server answered: " + message(refused),
              "see the message; kubectl describe shows more",
              refused);
    };
  }

  private static String message(KubernetesClientException refused) {
    return Optional.ofNullable(refused.getStatus())
        .map(Status::getMessage)
        .orElseGet(() -> text(refused));
  }

  private static Throwable root(Throwable problem) {
    Throwable root = problem;
    for (@Nullable Throwable cause = root.getCause(); cause != null; cause = cause.getCause()) {
      root = cause;
    }
    return root;
  }

  private static String text(Throwable problem) {
    String message = problem.getMessage();
    return message == null || message.isBlank() ? problem.getClass().getSimpleName() : message;
  }
}
