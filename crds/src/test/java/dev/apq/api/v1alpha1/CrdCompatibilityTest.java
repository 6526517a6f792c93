package dev.apq.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Resources that were stored under an earlier schema stay valid: that of each earlier chart, and
 * the baseline, which a release replaces by its own. A change that breaks it does so on purpose and
 * says so in the changelog.
 */
class CrdCompatibilityTest {
  private static final Path BASELINE = Path.of("src/test/resources/baseline");
  private final List<String> breaks = new ArrayList<>();

  static List<Path> earlierSchemas() throws IOException {
    try (Stream<Path> charts = Files.list(Path.of("../charts/src/test/resources/earlier"))) {
      return Stream.concat(
              Stream.of(BASELINE),
              charts.filter(Files::isDirectory).sorted().map(chart -> chart.resolve("files/crds")))
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("earlierSchemas")
  void everythingThatWasValidStaysValid(Path schemas) throws IOException {
    for (Map.Entry<String, CustomResourceDefinition> crd : CrdSchema.generate().entrySet()) {
      String earlier = Files.readString(schemas.resolve(crd.getKey()));
      compare(
          crd.getValue().getSpec().getNames().getKind(),
          root(Serialization.unmarshal(earlier, CustomResourceDefinition.class)),
          root(crd.getValue()));
    }
    assertThat(breaks).isEmpty();
  }

  @Test
  void noticesWhatBreaks() throws IOException {
    JSONSchemaProps earlier =
        schema(
            """
            {"type": "object", "properties": {
              "gone": {"type": "string"}, "kind": {"type": "string"},
              "small": {"type": "integer", "maximum": 10}, "choice": {"type": "string", "enum": ["A", "B"]},
              "list": {"type": "array", "maxItems": 4, "items": {"type": "string", "maxLength": 9}}}}
            """);
    JSONSchemaProps now =
        schema(
            """
            {"type": "object", "required": ["kind"], "properties": {
              "kind": {"type": "integer"}, "new": {"type": "string"},
              "small": {"type": "integer", "maximum": 5}, "choice": {"type": "string", "enum": ["A"]},
              "list": {"type": "array", "maxItems": 4, "items": {"type": "string", "maxLength": 8}}}}
            """);
    compare("", earlier, now);
    assertThat(breaks)
        .containsExactlyInAnyOrder(
            ".gone is gone",
            ".kind is required",
            ".kind has another type",
            ".small is bounded more tightly",
            ".choice lost a value",
            ".list[] is bounded more tightly");
    breaks.clear();
    compare("", earlier, earlier);
    assertThat(breaks).isEmpty();
  }

  private void compare(String path, JSONSchemaProps earlier, JSONSchemaProps now) {
    if (!Objects.equals(earlier.getType(), now.getType())) {
      breaks.add(path + " has another type");
      return;
    }
    if (tighter(earlier.getMaximum(), now.getMaximum(), 1)
        || tighter(earlier.getMinimum(), now.getMinimum(), -1)
        || tighter(earlier.getMaxLength(), now.getMaxLength(), 1)
        || tighter(earlier.getMinLength(), now.getMinLength(), -1)
        || tighter(earlier.getMaxItems(), now.getMaxItems(), 1)
        || tighter(earlier.getMinItems(), now.getMinItems(), -1)
        || tighter(earlier.getMaxProperties(), now.getMaxProperties(), 1)) {
      breaks.add(path + " is bounded more tightly");
    }
    if (!values(now).isEmpty() && !values(now).containsAll(values(earlier))) {
      breaks.add(path + " lost a value");
    }
    Set<String> required = new TreeSet<>(now.getRequired());
    required.removeAll(earlier.getRequired());
    required.forEach(name -> breaks.add(path + "." + name + " is required"));
    compareParts(path, earlier, now);
  }

  private void compareParts(String path, JSONSchemaProps earlier, JSONSchemaProps now) {
    if (earlier.getProperties() != null) {
      earlier
          .getProperties()
          .forEach(
              (name, field) -> {
                JSONSchemaProps successor = now.getProperties().get(name);
                if (successor == null) {
                  breaks.add(path + "." + name + " is gone");
                } else {
                  compare(path + "." + name, field, successor);
                }
              });
    }
    if (earlier.getItems() != null) {
      compare(path + "[]", earlier.getItems().getSchema(), now.getItems().getSchema());
    }
    if (earlier.getAdditionalProperties() != null) {
      compare(
          path + "{}",
          earlier.getAdditionalProperties().getSchema(),
          now.getAdditionalProperties().getSchema());
    }
  }

  /** Whether a bound moved inwards: {@code sign} is 1 for upper bounds, -1 for lower ones. */
  private static boolean tighter(Number earlier, Number now, int sign) {
    return now != null
        && (earlier == null || sign * Double.compare(now.doubleValue(), earlier.doubleValue()) < 0);
  }

  private static Set<String> values(JSONSchemaProps schema) {
    Set<String> values = new TreeSet<>();
    if (schema.getEnum() != null) {
      schema.getEnum().stream().map(JsonNode::asText).forEach(values::add);
    }
    return values;
  }

  private static JSONSchemaProps root(CustomResourceDefinition crd) {
    return crd.getSpec().getVersions().get(0).getSchema().getOpenAPIV3Schema();
  }

  private static JSONSchemaProps schema(String json) throws IOException {
    return new ObjectMapper().readValue(json, JSONSchemaProps.class);
  }
}
