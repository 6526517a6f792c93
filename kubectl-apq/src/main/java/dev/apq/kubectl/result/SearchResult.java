package dev.apq.kubectl.result;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.ApqSearchStatus;
import dev.apq.api.v1alpha1.BestPolicy;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;
import dev.apq.core.cost.Metric;
import dev.apq.core.policy.Policy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The published result of a search, every policy checked against its digest.
 *
 * @param search the resource
 * @param evaluations policies whose accuracy was predicted
 * @param best the answer
 * @param front the published front by ascending accuracy; empty without objectives
 * @param beside policies that were worth measuring and are not on the front
 */
public record SearchResult(
    ApqSearch search,
    long evaluations,
    FrontPoint best,
    List<FrontPoint> front,
    List<FrontPoint> beside) {
  private static final int OFF_THE_FRONT = -1;

  /** Key of the ConfigMap that holds the result. */
  public static final String KEY = "result.json";

  /** Copies the lists. */
  public SearchResult {
    front = List.copyOf(front);
    beside = List.copyOf(beside);
  }

  /**
   * Parses a result and checks its digests.
   *
   * @param search the resource, whose status names the answer
   * @param json content of the ConfigMap
   * @throws InvalidArtifactException if it is malformed, or a policy is not what its digest or the
   *     status says
   */
  public static SearchResult of(ApqSearch search, String json) throws InvalidArtifactException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > SearchDocument.MAX_BYTES) {
      throw new InvalidArtifactException("more than " + SearchDocument.MAX_BYTES + " bytes");
    }
    SearchDocument document = Json.read(bytes, SearchDocument.class);
    ApqSearchStatus status = search.getStatus();
    BestPolicy answer = status == null ? null : status.best();
    List<SearchDocument.Point> points = new ArrayList<>(document.front());
    points.sort(Comparator.comparingDouble(SearchDocument.Point::accuracy));
    String wanted = answer == null ? document.best().digest() : answer.digest();
    List<FrontPoint> front = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      front.add(checked(points.get(i), i, wanted));
    }
    List<FrontPoint> beside = new ArrayList<>();
    for (SearchDocument.Point candidate :
        Objects.requireNonNullElse(document.candidates(), List.<SearchDocument.Point>of())) {
      if (find(front, candidate.digest()) == null) {
        beside.add(checked(candidate, OFF_THE_FRONT, wanted));
      }
    }
    FrontPoint best = find(front, wanted);
    if (best == null) {
      best = find(beside, wanted);
    }
    if (best == null) {
      best = checked(document.best(), OFF_THE_FRONT, wanted);
    }
    if (!best.best()) {
      throw new InvalidArtifactException(
          "the status names the policy " + wanted + ", which the result does not hold");
    }
    return new SearchResult(search, document.evaluations(), best, front, beside);
  }

  private static FrontPoint checked(SearchDocument.Point point, int index, String answer)
      throws InvalidArtifactException {
    Policy policy = point.policy();
    String digest = policy.digest();
    if (!digest.equals(point.digest())) {
      throw new InvalidArtifactException(
          "the policy that should have the digest " + point.digest() + " has " + digest);
    }
    return new FrontPoint(
        index, point.accuracy(), point.costs(), digest, policy, digest.equals(answer));
  }

  private static @Nullable FrontPoint find(List<FrontPoint> front, String digest) {
    return front.stream().filter(point -> point.digest().equals(digest)).findFirst().orElse(null);
  }

  /** Every policy of the result: the front, then what lies beside it. */
  public List<FrontPoint> points() {
    Set<FrontPoint> all = new LinkedHashSet<>(front);
    all.addAll(beside);
    all.add(best);
    return List.copyOf(all);
  }

  /** Limits of the search by metric. */
  public Map<Metric, Double> limits() {
    Map<Metric, Double> limits = new EnumMap<>(Metric.class);
    search
        .getSpec()
        .constraints()
        .forEach(c -> limits.put(Metric.valueOf(c.metric().name()), Double.valueOf(c.max())));
    return limits;
  }

  /** The metrics that every point knows, objectives first, then limited ones, then the others. */
  public List<Metric> metrics() {
    Set<Metric> ordered = new LinkedHashSet<>();
    search.getSpec().objectives().forEach(o -> ordered.add(Metric.valueOf(o.name())));
    ordered.addAll(limits().keySet());
    ordered.addAll(List.of(Metric.values()));
    return ordered.stream()
        .filter(m -> points().stream().allMatch(point -> Double.isFinite(point.cost(m))))
        .toList();
  }

  /** The points whose digest begins with {@code prefix}, with or without {@code sha256:}. */
  public List<FrontPoint> withDigest(String prefix) {
    String hex = prefix.startsWith("sha256:") ? prefix.substring("sha256:".length()) : prefix;
    return points().stream().filter(point -> point.digest().startsWith("sha256:" + hex)).toList();
  }

  /** The point at an index of the front. */
  public Optional<FrontPoint> at(int index) {
    return index >= 0 && index < front.size() ? Optional.of(front.get(index)) : Optional.empty();
  }
}
