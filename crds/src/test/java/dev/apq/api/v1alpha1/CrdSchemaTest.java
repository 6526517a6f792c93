package dev.apq.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Rules that every field of the API keeps. */
class CrdSchemaTest {
  private final Map<String, JSONSchemaProps> fields = new TreeMap<>();

  CrdSchemaTest() {
    for (CustomResourceDefinition crd : CrdSchema.generate().values()) {
      JSONSchemaProps root = version(crd).getSchema().getOpenAPIV3Schema();
      collect(crd.getSpec().getNames().getKind(), root);
    }
  }

  @Test
  void thereAreFieldsToJudge() {
    assertThat(fields).hasSizeGreaterThan(200);
  }

  @Test
  void everyFieldHasADescription() {
    assertThat(failing(schema -> schema.getDescription() != null, false)).isEmpty();
  }

  @Test
  void everyStringIsBounded() {
    assertThat(
            failing(
                schema ->
                    !"string".equals(schema.getType())
                        || schema.getMaxLength() != null
                        || schema.getEnum() != null && !schema.getEnum().isEmpty(),
                true))
        .isEmpty();
  }

  @Test
  void everyListIsBoundedAndSaysHowItMerges() {
    assertThat(
            failing(
                schema ->
                    !"array".equals(schema.getType())
                        || schema.getMaxItems() != null && schema.getXKubernetesListType() != null,
                true))
        .isEmpty();
  }

  @Test
  void everyMapIsBounded() {
    assertThat(
            failing(
                schema ->
                    schema.getAdditionalProperties() == null || schema.getMaxProperties() != null,
                true))
        .isEmpty();
  }

  @Test
  void thereIsNoFloatingPoint() {
    assertThat(failing(schema -> !"number".equals(schema.getType()), true)).isEmpty();
  }

  @Test
  void everyWholeNumberOfASpecificationHasALowerBound() {
    assertThat(
            failing(
                schema -> !"integer".equals(schema.getType()) || schema.getMinimum() != null, true))
        .allMatch(path -> path.contains(".status."));
  }

  @Test
  void rulesAreListMapsByRuleAsServerSideApplyWantsThem() {
    assertThat(
            failing(
                schema ->
                    schema.getXKubernetesValidations().stream()
                            .map(ValidationRule::getRule)
                            .distinct()
                            .count()
                        == schema.getXKubernetesValidations().size(),
                true))
        .isEmpty();
  }

  @Test
  void defaultsMatchTheirPatterns() {
    assertThat(
            failing(
                schema ->
                    schema.getPattern() == null
                        || schema.getDefault() == null
                        || schema.getDefault().asText().matches(schema.getPattern()),
                true))
        .isEmpty();
  }

  /** The API server drops such a default, and tools that compare see a difference for good. */
  @Test
  void noDefaultIsNull() {
    assertThat(
            failing(schema -> schema.getDefault() == null || !schema.getDefault().isNull(), true))
        .isEmpty();
  }

  @Test
  void noFieldNameIsAYamlBoolean() {
    assertThat(fields.keySet()).noneMatch(path -> path.matches(".*\\.(n|y|no|yes|on|off)$"));
  }

  @Test
  void resourcesStartUnseen() {
    for (CustomResourceDefinition crd : CrdSchema.generate().values()) {
      JSONSchemaProps root = version(crd).getSchema().getOpenAPIV3Schema();
      assertThat(root.getProperties().get("status").getDefault())
          .hasToString("{\"observedGeneration\":-1}");
      assertThat(version(crd).getSubresources().getStatus()).isNotNull();
    }
  }

  @Test
  void columnsAreTheDocumentedOnes() {
    assertThat(columns("supernettrainings.apq.dev.yaml", 0))
        .containsExactly("State", "Progress", "Accuracy", "Tau", "Age");
    assertThat(columns("apqsearches.apq.dev.yaml", 0))
        .containsExactly("State", "Progress", "Accuracy", "Source", "Latency", "Age");
    assertThat(columns("apqsearches.apq.dev.yaml", 1))
        .containsExactly("Supernet", "Queue", "Message");
  }

  private static List<String> columns(String file, int priority) {
    return version(CrdSchema.generate().get(file)).getAdditionalPrinterColumns().stream()
        .filter(column -> column.getPriority() == priority)
        .map(column -> column.getName())
        .toList();
  }

  private static CustomResourceDefinitionVersion version(CustomResourceDefinition crd) {
    return crd.getSpec().getVersions().get(0);
  }

  private interface Rule {
    boolean holds(JSONSchemaProps schema);
  }

  private List<String> failing(Rule rule, boolean includeElements) {
    List<String> paths = new ArrayList<>();
    fields.forEach(
        (path, schema) -> {
          boolean element = path.endsWith("[]") || path.endsWith("{}");
          if ((includeElements || !element) && !rule.holds(schema)) {
            paths.add(path);
          }
        });
    return paths;
  }

  private void collect(String path, JSONSchemaProps schema) {
    fields.put(path, schema);
    if (schema.getProperties() != null) {
      schema.getProperties().forEach((name, field) -> collect(path + "." + name, field));
    }
    if (schema.getItems() != null) {
      collect(path + "[]", schema.getItems().getSchema());
    }
    if (schema.getAdditionalProperties() != null) {
      collect(path + "{}", schema.getAdditionalProperties().getSchema());
    }
  }
}
