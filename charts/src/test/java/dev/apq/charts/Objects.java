package dev.apq.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Kubernetes objects read from a stream of YAML documents. */
record Objects(List<HasMetadata> all) {
  private static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder()
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
              .build());
  private static final KubernetesSerialization MODEL = new KubernetesSerialization();

  static Objects parse(String documents) {
    List<HasMetadata> objects = new ArrayList<>();
    for (JsonNode document : documents(documents)) {
      KubernetesResource object = MODEL.unmarshal(document.toString(), KubernetesResource.class);
      assertThat(object).isInstanceOf(HasMetadata.class);
      objects.add((HasMetadata) object);
    }
    return new Objects(List.copyOf(objects));
  }

  /** The documents that are not empty. */
  static List<JsonNode> documents(String text) {
    try (MappingIterator<JsonNode> values = YAML.readerFor(JsonNode.class).readValues(text)) {
      return values.readAll().stream().filter(JsonNode::isObject).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode yaml(String text) {
    try {
      return YAML.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String yaml(HasMetadata object) throws IOException {
    return YAML.writeValueAsString(YAML.readTree(MODEL.asJson(object)));
  }

  <T extends HasMetadata> List<T> of(Class<T> type) {
    return all.stream().filter(type::isInstance).map(type::cast).toList();
  }

  <T extends HasMetadata> T only(Class<T> type) {
    List<T> found = of(type);
    assertThat(found).as(type.getSimpleName()).hasSize(1);
    return found.get(0);
  }

  <T extends HasMetadata> T named(Class<T> type, String name) {
    List<T> found =
        of(type).stream().filter(object -> object.getMetadata().getName().equals(name)).toList();
    assertThat(found).as(type.getSimpleName() + " " + name).hasSize(1);
    return found.get(0);
  }

  /** Objects of kinds that the model does not know, such as a ServiceMonitor. */
  Stream<GenericKubernetesResource> generic(String kind) {
    return of(GenericKubernetesResource.class).stream()
        .filter(object -> object.getKind().equals(kind));
  }

  /** {@code Kind/name} or {@code Kind/namespace/name} of each object, sorted. */
  List<String> ids() {
    return all.stream().map(Objects::id).sorted().toList();
  }

  private static String id(HasMetadata object) {
    String namespace = object.getMetadata().getNamespace();
    return object.getKind()
        + "/"
        + (namespace == null ? "" : namespace + "/")
        + object.getMetadata().getName();
  }
}
