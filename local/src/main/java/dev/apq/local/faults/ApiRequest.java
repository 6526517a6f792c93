package dev.apq.local.faults;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A request to the API server, in the words of its authorization rules.
 *
 * @param verb {@code get}, {@code list}, {@code watch}, {@code create}, {@code update}, {@code
 *     patch}, {@code delete} or {@code deletecollection}; the method in lower case outside of
 *     resources
 * @param resource plural name, with {@code /subresource} if one is meant; the path outside of
 *     resources
 */
public record ApiRequest(String verb, String resource) {
  private static final Map<String, String> WRITES =
      Map.of("POST", "create", "PUT", "update", "PATCH", "patch");

  /** Understands the first line of an HTTP request. */
  static ApiRequest of(String method, String target) {
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    String query = question < 0 ? "" : target.substring(question + 1);
    List<String> parts = afterVersion(Arrays.asList(path.substring(1).split("/", -1)));
    if (parts.isEmpty()) {
      return new ApiRequest(method.toLowerCase(java.util.Locale.ROOT), path);
    }
    if (parts.get(0).equals("namespaces") && parts.size() > 2) {
      parts = parts.subList(2, parts.size());
    }
    boolean named = parts.size() > 1;
    String resource = parts.size() > 2 ? parts.get(0) + "/" + parts.get(2) : parts.get(0);
    return new ApiRequest(verb(method, named, query), resource);
  }

  /** Path elements after {@code api/v1} or {@code apis/<group>/<version>}; empty if it has none. */
  private static List<String> afterVersion(List<String> parts) {
    int skipped = parts.get(0).equals("api") ? 2 : parts.get(0).equals("apis") ? 3 : parts.size();
    return parts.size() <= skipped ? List.of() : parts.subList(skipped, parts.size());
  }

  private static String verb(String method, boolean named, String query) {
    if (method.equals("DELETE")) {
      return named ? "delete" : "deletecollection";
    }
    if (Arrays.asList(query.split("&", -1)).contains("watch=true")) {
      return "watch";
    }
    return WRITES.getOrDefault(method, named ? "get" : "list");
  }

  /** Whether it asks for a change. */
  public boolean writes() {
    return WRITES.containsValue(verb) || verb.startsWith("delete");
  }

  @Override
  public String toString() {
    return verb + " " + resource;
  }
}
