package dev.apq.local.node;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the API server asks a node for when somebody wants a container's log.
 *
 * @param namespace namespace of the Pod
 * @param pod name of the Pod
 * @param container name of the container
 * @param follow whether to go on until the container ends
 * @param tailLines only so many of the last lines; all if null
 */
record LogRequest(
    String namespace, String pod, String container, boolean follow, @Nullable Integer tailLines) {
  private static final String NAME = "([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)";
  private static final Pattern PATH =
      Pattern.compile("/containerLogs/" + NAME + "/" + NAME + "/" + NAME);

  /** Reads the request; empty when the path asks for something else. */
  static Optional<LogRequest> parse(URI uri) {
    Matcher path = PATH.matcher(uri.getPath());
    if (!path.matches()) {
      return Optional.empty();
    }
    Map<String, String> options = options(uri.getRawQuery());
    String tail = options.getOrDefault("tailLines", "");
    return Optional.of(
        new LogRequest(
            path.group(1),
            path.group(2),
            path.group(3),
            "true".equals(options.get("follow")),
            tail.matches("\\d{1,9}") ? Integer.valueOf(tail) : null));
  }

  private static Map<String, String> options(@Nullable String query) {
    Map<String, String> options = new HashMap<>();
    if (query != null) {
      for (String pair : query.split("&")) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          options.put(
              pair.substring(0, equals),
              URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
      }
    }
    return options;
  }
}
