package dev.apq.api.v1alpha1;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes the field reference from the CRDs' schemas. */
final class ApiReference {
  private final StringBuilder text = new StringBuilder();

  private ApiReference() {}

  static String of(Collection<CustomResourceDefinition> crds) {
    ApiReference reference = new ApiReference();
    reference.line("# API reference: `apq.dev/v1alpha1`");
    reference.line("");
    reference.line(
        "Generated from the types in `crds/`; renew with `./mvnw test -pl crds -Dapq.renew=true`.");
    crds.forEach(reference::crd);
    return reference.text.toString();
  }

  private void crd(CustomResourceDefinition crd) {
    JSONSchemaProps root = crd.getSpec().getVersions().get(0).getSchema().getOpenAPIV3Schema();
    line("");
    line("## " + crd.getSpec().getNames().getKind());
    line("");
    line(
        root.getDescription()
            + " Short name `"
            + String.join("`, `", crd.getSpec().getNames().getShortNames())
            + "`.");
    rules("", root);
    for (String part : List.of("spec", "status")) {
      line("");
      line("### " + part);
      line("");
      line("| field | type | meaning |");
      line("|---|---|---|");
      fields("", root.getProperties().get(part));
      rules(part, root.getProperties().get(part));
    }
  }

  private void fields(String prefix, JSONSchemaProps object) {
    for (Map.Entry<String, JSONSchemaProps> field :
        new TreeMap<>(object.getProperties()).entrySet()) {
      JSONSchemaProps schema = field.getValue();
      String path = prefix + field.getKey();
      boolean required =
          object.getRequired() != null && object.getRequired().contains(field.getKey());
      String meaning = String.valueOf(schema.getDescription()).replace("|", "\\|");
      line("| `" + path + "` | " + type(schema, required) + " | " + meaning + " |");
      if (path.equals("supernetTemplate.spec")) {
        continue;
      }
      if (schema.getProperties() != null) {
        fields(path + ".", schema);
      } else if (schema.getItems() != null
          && schema.getItems().getSchema().getProperties() != null) {
        fields(path + "[].", schema.getItems().getSchema());
      }
    }
  }

  private static String type(JSONSchemaProps schema, boolean required) {
    List<String> parts = new ArrayList<>();
    parts.add(schema.getType() == null ? "quantity" : schema.getType());
    if (required) {
      parts.add("required");
    }
    if (schema.getDefault() != null) {
      parts.add("default `" + schema.getDefault() + "`");
    }
    if (schema.getMinimum() != null && schema.getMaximum() != null) {
      parts.add(number(schema.getMinimum()) + ".." + number(schema.getMaximum()));
    }
    if (schema.getMaxItems() != null) {
      parts.add("at most " + schema.getMaxItems());
    }
    return String.join(", ", parts);
  }

  private static String number(double value) {
    return Long.toString((long) value);
  }

  private void rules(String path, JSONSchemaProps schema) {
    if (schema.getXKubernetesValidations() != null) {
      schema
          .getXKubernetesValidations()
          .forEach(
              rule -> {
                line("");
                line(
                    "Rule"
                        + (path.isEmpty() ? "" : " on `" + path + "`")
                        + ": "
                        + rule.getMessage()
                        + ".");
              });
    }
  }

  private void line(String content) {
    text.append(content).append('\n');
  }
}
