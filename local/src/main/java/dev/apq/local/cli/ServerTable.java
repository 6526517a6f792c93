package dev.apq.local.cli;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The table that the API server makes of resources: what {@code kubectl get} prints. */
final class ServerTable {
  /** The product's resources. */
  static final List<String> RESOURCES = List.of("supernettrainings", "apqsearches");

  private static final String AS_TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";
  private static final int GAP = 3;
  private static final long TIMEOUT_SECONDS = 30;

  private ServerTable() {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Table(List<Column> columnDefinitions, @Nullable List<Row> rows) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Column(String name, int priority) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Row(List<@Nullable Object> cells) {}

  /** All resources of a kind in the namespace {@code default}. */
  static String get(KubernetesClient client, String plural) {
    String path = "apis/apq.dev/v1alpha1/namespaces/default/" + plural;
    try {
      HttpResponse<String> answer =
          client
              .getHttpClient()
              .sendAsync(
                  client
                      .getHttpClient()
                      .newHttpRequestBuilder()
                      .uri(client.getMasterUrl() + path)
                      .header("Accept", AS_TABLE)
                      .build(),
                  String.class)
              .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (!answer.isSuccessful()) {
        throw new IllegalStateException("the API server refused " + path + ": " + answer.body());
      }
      return format(Serialization.unmarshal(answer.body(), Table.class));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the API server does not answer: " + e.getMessage(), e);
    }
  }

  /** Columns of the highest priority, left-aligned, as kubectl lays them out. */
  static String format(Table table) {
    List<Integer> shown =
        IntStream.range(0, table.columnDefinitions().size())
            .filter(i -> table.columnDefinitions().get(i).priority() == 0)
            .boxed()
            .toList();
    List<List<String>> lines = new ArrayList<>();
    lines.add(
        shown.stream()
            .map(i -> table.columnDefinitions().get(i).name().toUpperCase(Locale.ROOT))
            .toList());
    for (Row row : Objects.requireNonNullElse(table.rows(), List.<Row>of())) {
      lines.add(
          shown.stream()
              .map(i -> Objects.requireNonNullElse(row.cells().get(i), "").toString())
              .toList());
    }
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      for (int column = 0; column < line.size(); column++) {
        int at = column;
        int width = lines.stream().mapToInt(cells -> cells.get(at).length()).max().orElse(0) + GAP;
        text.append(line.get(column));
        if (column < line.size() - 1) {
          text.append(" ".repeat(width - line.get(column).length()));
        }
      }
      text.append('\n');
    }
    return text.toString().stripTrailing();
  }
}
