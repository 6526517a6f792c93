package dev.apq.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Random specifications that a CRD's schema admits: what the API server lets through to us. */
public final class SchemaManifests {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int MAX_ITEMS = 3;

  /** Strings of which at least one fits each pattern of the CRDs. */
  private static final List<String> STRINGS =
      List.of(
          "0",
          "1",
          "0.5",
          "500m",
          "2.5e9",
          "1e999999999",
          "0.000000001",
          "1.0",
          "999999999.999999999",
          "100m",
          "4Gi",
          "1e3",
          "nvidia.com/gpu",
          "cpu",
          "memory",
          "a",
          "a-b",
          "a.b",
          "Exists",
          "Equal",
          "NoSchedule",
          "NoExecute",
          "digits",
          "cluttered-digits",
          "cifar10",
          "apq-imagenet",
          "A_B",
          "x/y.z",
          "../x",
          "s3://photos/pets",
          "s3://a..b/x",
          "-1",
          "NaN",
          "Infinity",
          "",
          "ü\u0000",
          "{{7*7}}",
          "$(PATH)",
          "x".repeat(63));

  private SchemaManifests() {}

  /** Specifications of the kind whose CRD lies in {@code crds/<name>.apq.dev.yaml}. */
  public static Arbitrary<JsonNode> specs(String crd) {
    Path file = Path.of("../crds/" + crd + ".apq.dev.yaml");
    try {
      JsonNode schema =
          new YAMLMapper()
              .readTree(file.toFile())
              .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
      return values(schema).withoutEdgeCases();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Arbitrary<JsonNode> values(JsonNode schema) {
    if (schema.has("enum")) {
      return Arbitraries.of(stream(schema.get("enum")).toList());
    }
    return switch (schema.path("type").asText()) {
      case "object" -> objects(schema);
      case "array" -> lists(schema);
      case "integer" -> integers(schema);
      case "boolean" -> Arbitraries.of(true, false).map(JSON::booleanNode);
      case "string" -> strings(schema);
      // An integer or a string: a quantity.
      default -> strings(schema);
    };
  }

  private static Arbitrary<JsonNode> objects(JsonNode schema) {
    if (schema.has("additionalProperties")) {
      return Arbitraries.maps(Arbitraries.of(STRINGS), values(schema.get("additionalProperties")))
          .ofMaxSize(MAX_ITEMS)
          .map(
              map -> {
                ObjectNode object = JSON.objectNode();
                map.forEach(object::set);
                return object;
              });
    }
    Set<String> required = new HashSet<>();
    stream(schema.path("required")).forEach(name -> required.add(name.asText()));
    Map<String, Arbitrary<JsonNode>> fields = new LinkedHashMap<>();
    schema
        .path("properties")
        .fields()
        .forEachRemaining(
            field -> {
              Arbitrary<JsonNode> values = values(field.getValue());
              fields.put(
                  field.getKey(), required.contains(field.getKey()) ? values : absent(values));
            });
    List<String> names = List.copyOf(fields.keySet());
    return Combinators.combine(List.copyOf(fields.values()))
        .as(
            values -> {
              ObjectNode object = JSON.objectNode();
              for (int i = 0; i < names.size(); i++) {
                if (!values.get(i).isMissingNode()) {
                  object.set(names.get(i), values.get(i));
                }
              }
              return object;
            });
  }

  private static Arbitrary<JsonNode> absent(Arbitrary<JsonNode> values) {
    return Arbitraries.of(true, false)
        .flatMap(there -> there ? values : Arbitraries.just(MissingNode.getInstance()));
  }

  private static Arbitrary<JsonNode> lists(JsonNode schema) {
    int min = schema.path("minItems").asInt(0);
    int max = Math.min(schema.path("maxItems").asInt(MAX_ITEMS), Math.max(min, MAX_ITEMS));
    return values(schema.get("items"))
        .list()
        .ofMinSize(min)
        .ofMaxSize(max)
        .map(
            items -> {
              ArrayNode array = JSON.arrayNode();
              items.forEach(array::add);
              return array;
            });
  }

  private static Arbitrary<JsonNode> integers(JsonNode schema) {
    long max = "int64".equals(schema.path("format").asText()) ? Long.MAX_VALUE : Integer.MAX_VALUE;
    return Arbitraries.longs()
        .between(schema.path("minimum").asLong(-1), schema.path("maximum").asLong(max))
        .map(JSON::numberNode);
  }

  private static Arbitrary<JsonNode> strings(JsonNode schema) {
    int min = schema.path("minLength").asInt(0);
    int max = schema.path("maxLength").asInt(Integer.MAX_VALUE);
    String pattern = schema.path("pattern").asText(".*");
    List<String> fitting =
        STRINGS.stream()
            .filter(text -> text.length() >= min && text.length() <= max)
            .filter(text -> text.matches("(?s)" + pattern))
            .toList();
    return Arbitraries.of(fitting).map(JSON::textNode);
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
