package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Generates the CRDs from the Java types and adds what Fabric8's generator cannot say: which lists
 * are maps or sets, and the status of a resource nobody has looked at yet.
 */
final class CrdSchema {
  private static final Map<String, List<String>> LIST_MAP_KEYS =
      Map.of(
          "conditions", List.of("type"),
          "constraints", List.of("metric"),
          "costs", List.of("metric"),
          "env", List.of("name"));
  private static final List<String> COLUMNS =
      List.of(
          "State",
          "Progress",
          "Accuracy",
          "Source",
          "Latency",
          "Tau",
          "Age",
          "Supernet",
          "Queue",
          "Message");
  private static final long MAX_QUANTITY_LENGTH = 32;

  /** What the client cannot read would silence the watch of every resource of the kind. */
  private static final String QUANTITY =
      "^[0-9]{1,15}(\\.[0-9]{1,9})?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][0-9]{1,2})?$";

  private static final List<String> LIST_SETS =
      List.of("objectives", "elastic", "imagePullSecrets");

  private CrdSchema() {}

  /** CRDs by file name, ready to apply. */
  static SortedMap<String, CustomResourceDefinition> generate() {
    Map<String, ByteArrayOutputStream> written = new TreeMap<>();
    new CRDGenerator()
        .customResourceClasses(SupernetTraining.class, ApqSearch.class)
        .forCRDVersions("v1")
        .withPostProcessor(new Completion())
        .withOutput(new MemoryOutput(written))
        .generate();
    SortedMap<String, CustomResourceDefinition> crds = new TreeMap<>();
    written.values().stream()
        .map(bytes -> bytes.toString(StandardCharsets.UTF_8))
        .map(yaml -> Serialization.unmarshal(yaml, CustomResourceDefinition.class))
        .forEach(crd -> crds.put(crd.getMetadata().getName() + ".yaml", crd));
    return crds;
  }

  private static final class Completion implements CRDPostProcessor {
    @Override
    public HasMetadata process(HasMetadata crd, String version) {
      CustomResourceDefinition definition = (CustomResourceDefinition) crd;
      JSONSchemaProps root =
          definition.getSpec().getVersions().get(0).getSchema().getOpenAPIV3Schema();
      root.setDescription(
          definition.getSpec().getNames().getKind().equals("SupernetTraining")
              ? "A trained weight-sharing supernet, measured samples of it and the accuracy"
                  + " predictors fitted on them: the expensive part, once a task."
              : "A search for the most accurate policy (architecture, pruning, quantization) within"
                  + " one target's limits: the cheap part, once a target.");
      root.setRequired(List.of("spec"));
      JSONSchemaProps status = root.getProperties().get("status");
      ObjectNode unseen = JsonNodeFactory.instance.objectNode();
      unseen.put("observedGeneration", -1);
      status.setDefault(unseen);
      root.getProperties().get("spec").setDescription("What is wanted.");
      status.setDescription("What the operator observed.");
      complete("", root);
      // The generator sorts columns by path; kubectl shows them in the order of the file.
      definition
          .getSpec()
          .getVersions()
          .get(0)
          .getAdditionalPrinterColumns()
          .sort(Comparator.comparing(column -> COLUMNS.indexOf(column.getName())));
      return definition;
    }

    private void complete(String name, JSONSchemaProps schema) {
      if ("array".equals(schema.getType())) {
        completeList(name, schema);
      }
      // The generator finds the rules of a record twice: at the field and at its accessor.
      schema.setXKubernetesValidations(
          schema.getXKubernetesValidations().stream().distinct().toList());
      if (Boolean.TRUE.equals(schema.getXKubernetesIntOrString())) {
        schema.setMaxLength(MAX_QUANTITY_LENGTH);
        schema.setPattern(QUANTITY);
      }
      if (schema.getAdditionalProperties() != null) {
        complete("", schema.getAdditionalProperties().getSchema());
      }
      if (schema.getProperties() != null) {
        schema.getProperties().forEach(this::complete);
      }
    }

    private void completeList(String name, JSONSchemaProps schema) {
      JSONSchemaProps items = schema.getItems().getSchema();
      boolean statusStages =
          name.equals("stages")
              && items.getProperties() != null
              && items.getProperties().containsKey("name");
      if (LIST_MAP_KEYS.containsKey(name) || statusStages) {
        schema.setXKubernetesListType("map");
        schema.setXKubernetesListMapKeys(LIST_MAP_KEYS.getOrDefault(name, List.of("name")));
      } else if (LIST_SETS.contains(name)) {
        schema.setXKubernetesListType("set");
      } else {
        schema.setXKubernetesListType("atomic");
      }
      complete("", items);
    }
  }

  private record MemoryOutput(Map<String, ByteArrayOutputStream> written)
      implements CRDGenerator.CRDOutput<ByteArrayOutputStream> {
    @Override
    public ByteArrayOutputStream outputFor(String crdName) {
      return written.computeIfAbsent(crdName, name -> new ByteArrayOutputStream());
    }

    @Override
    public URI crdURI(String crdName) {
      return URI.create("file:///" + crdName);
    }

    @Override
    public void close() throws IOException {}
  }
}
