package dev.apq.kubectl.view;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.apq.core.artifact.Json;
import dev.apq.core.cost.Metric;
import dev.apq.core.policy.Policy;
import dev.apq.kubectl.result.FrontPoint;
import dev.apq.kubectl.result.SearchResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A front for other programs. */
public final class FrontExport {
  private FrontExport() {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Document(
      String namespace,
      String search,
      long evaluations,
      Map<String, String> units,
      Map<String, Double> limits,
      List<Point> points) {}

  private record Point(
      int index,
      boolean best,
      double accuracy,
      Map<String, Double> costs,
      String digest,
      Policy policy) {}

  /** One JSON document. */
  public static String json(SearchResult result) {
    Map<String, String> units =
        result.metrics().stream().collect(Collectors.toMap(Metric::displayName, Metric::unit));
    Map<String, Double> limits = new TreeMap<>();
    result.limits().forEach((metric, limit) -> limits.put(metric.displayName(), limit));
    Document document =
        new Document(
            result.search().getMetadata().getNamespace(),
            result.search().getMetadata().getName(),
            result.evaluations(),
            units,
            limits,
            result.points().stream()
                .map(
                    p ->
                        new Point(
                            p.index(), p.best(), p.accuracy(), p.costs(), p.digest(), p.policy()))
                .toList());
    return new String(Json.bytes(document), StandardCharsets.UTF_8);
  }

  /** Comma-separated values with a heading; costs in their metric's unit. */
  public static String csv(SearchResult result) {
    List<Metric> metrics = result.metrics();
    StringBuilder text = new StringBuilder("index,best,accuracy");
    metrics.forEach(m -> text.append(',').append(m.displayName()).append(m.unit()));
    text.append(",digest\n");
    for (FrontPoint point : result.points()) {
      text.append(point.index()).append(',').append(point.best()).append(',');
      text.append(Double.toString(point.accuracy()));
      metrics.forEach(m -> text.append(',').append(Double.toString(point.cost(m))));
      text.append(',').append(point.digest()).append('\n');
    }
    return text.toString();
  }
}
