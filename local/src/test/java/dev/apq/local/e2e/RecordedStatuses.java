package dev.apq.local.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** Every status that the resources of a namespace ever had, in no order. */
final class RecordedStatuses implements AutoCloseable {
  private final ObjectMapper json = new ObjectMapper();
  private final Set<String> seen = new ConcurrentSkipListSet<>();
  private final List<Watch> watches = new ArrayList<>();
  private final KubernetesClient client;
  private final String namespace;

  RecordedStatuses(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  <T extends HasMetadata> RecordedStatuses of(Class<T> kind) {
    watches.add(
        client
            .resources(kind)
            .inNamespace(namespace)
            .watch(
                new Watcher<>() {
                  @Override
                  public void eventReceived(Action action, T resource) {
                    seen.add(line(json.valueToTree(resource)));
                  }

                  @Override
                  public void onClose(WatcherException cause) {}
                }));
    return this;
  }

  /** One JSON object a status: kind, generation and status of the resource. */
  List<String> lines() {
    return List.copyOf(seen);
  }

  private String line(JsonNode resource) {
    ObjectNode line = json.createObjectNode();
    line.set("kind", resource.path("kind"));
    line.putObject("metadata").set("generation", resource.at("/metadata/generation"));
    line.set("status", resource.path("status"));
    return line.toString();
  }

  @Override
  public void close() {
    watches.forEach(Watch::close);
  }
}
