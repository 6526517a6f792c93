package dev.apq.worker;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The W3C trace context that the operator hands over, so that a log leads to its trace. */
final class TraceParent {
  private static final Pattern VERSION_0 =
      Pattern.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}");

  private TraceParent() {}

  /** One line that names trace and span; empty without a valid {@code TRACEPARENT}. */
  static Optional<String> line(Map<String, String> environment) {
    Matcher parent = VERSION_0.matcher(environment.getOrDefault("TRACEPARENT", ""));
    return parent.matches()
        ? Optional.of("trace_id=" + parent.group(1) + " span_id=" + parent.group(2))
        : Optional.empty();
  }
}
