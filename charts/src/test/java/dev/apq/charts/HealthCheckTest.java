package dev.apq.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Argo CD's health check, evaluated over every combination of conditions. */
class HealthCheckTest {
  private static final Path FOLDER = Repository.ROOT.resolve("k8s/gitops/argocd");
  private static final List<String> TYPES =
      List.of("Succeeded", "Reconciling", "Stalled", "Suspended");
  private static final List<String> VALUES = List.of("", "True", "False", "Unknown");
  private static final long GENERATION = 3;

  private final HealthCheck check = new HealthCheck(Repository.read(FOLDER.resolve("health.lua")));

  @Test
  void agreesWithKstatusWhateverTheConditions() {
    for (Map<String, String> conditions : combinations()) {
      ObjectNode object = object(GENERATION, conditions);
      Set<Kstatus> verdicts = Kstatus.of(object);
      String health = check.of(object).status();
      assertThat(verdicts)
          .as(conditions + " is " + health)
          .anyMatch(verdict -> verdict.health.contains(health));
      if (health.equals("Healthy")) {
        assertThat(conditions).containsEntry("Succeeded", "True");
        assertThat(conditions.values()).containsOnlyOnce("True");
      }
      if (health.equals("Suspended")) {
        assertThat(conditions).containsEntry("Suspended", "True");
      }
    }
  }

  /** What an operator wrote during one small search on a real API server, as ChartIT records it. */
  @Test
  void recordedRunIsHealthyOnlyOnceItIsDone() {
    List<JsonNode> recorded =
        Repository.read(Path.of("src/test/resources/recorded-statuses.jsonl"))
            .lines()
            .map(Objects::yaml)
            .toList();
    assertThat(recorded).hasSizeGreaterThan(20);
    for (JsonNode object : recorded) {
      boolean succeeded =
          object.at("/status/conditions").findValuesAsText("reason").contains("Completed");
      assertThat(check.of(object).status())
          .as(object.toString())
          .isEqualTo(succeeded ? "Healthy" : "Progressing");
    }
    assertThat(recorded)
        .filteredOn(object -> check.of(object).status().equals("Healthy"))
        .extracting(object -> object.path("kind").asText())
        .contains("ApqSearch", "SupernetTraining");
  }

  @Test
  void neverJudgesByAnOldStatus() {
    for (Map<String, String> conditions : combinations()) {
      for (long observed : new long[] {-1, GENERATION - 1}) {
        assertThat(check.of(object(observed, conditions)).status()).isEqualTo("Progressing");
      }
    }
    ObjectNode fresh = object(GENERATION, Map.of());
    fresh.remove("status");
    assertThat(check.of(fresh).status()).isEqualTo("Progressing");
  }

  @Test
  void ignoresAConditionAboutAnOlderGeneration() {
    ObjectNode object = object(GENERATION, Map.of("Succeeded", "True"));
    ((ObjectNode) object.at("/status/conditions/0")).put("observedGeneration", GENERATION - 1);
    assertThat(check.of(object).status()).isEqualTo("Progressing");
  }

  @Test
  void deletionIsProgress() {
    ObjectNode object = object(GENERATION, Map.of("Succeeded", "True"));
    ((ObjectNode) object.path("metadata")).put("deletionTimestamp", "2026-01-01T00:00:00Z");
    assertThat(check.of(object).status()).isEqualTo("Progressing");
  }

  @Test
  void saysWhatTheConditionSays() {
    assertThat(check.of(object(GENERATION, Map.of("Stalled", "True"))))
        .isEqualTo(new HealthCheck.Health("Degraded", "StalledReason: about Stalled"));
    assertThat(check.of(object(GENERATION, Map.of("Succeeded", "True"))))
        .isEqualTo(new HealthCheck.Health("Healthy", "SucceededReason: about Succeeded"));
    assertThat(check.of(object(GENERATION, Map.of("Succeeded", "Unknown", "Reconciling", "True"))))
        .isEqualTo(new HealthCheck.Health("Progressing", "ReconcilingReason: about Reconciling"));
  }

  @Test
  void patchForArgoCarriesIt() throws IOException {
    String lua = Repository.read(FOLDER.resolve("health.lua")).indent(4).replace("    \n", "\n");
    Repository.assertCurrent(
        FOLDER.resolve("argocd-cm-patch.yaml"),
        "# Generated from health.lua.\ndata:\n"
            + "  resource.customizations.health.apq.dev_SupernetTraining: |\n"
            + lua
            + "  resource.customizations.health.apq.dev_ApqSearch: |\n"
            + lua);
  }

  private static List<Map<String, String>> combinations() {
    List<Map<String, String>> all = new ArrayList<>(List.of(Map.of()));
    for (String type : TYPES) {
      List<Map<String, String>> longer = new ArrayList<>();
      for (Map<String, String> shorter : all) {
        for (String value : VALUES) {
          Map<String, String> conditions = new TreeMap<>(shorter);
          if (!value.isEmpty()) {
            conditions.put(type, value);
          }
          longer.add(conditions);
        }
      }
      all = longer;
    }
    assertThat(all).hasSize(256).doesNotHaveDuplicates();
    return all;
  }

  private static ObjectNode object(long observedGeneration, Map<String, String> conditions) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.putObject("metadata").put("name", "x").put("generation", GENERATION);
    ObjectNode status = object.putObject("status").put("observedGeneration", observedGeneration);
    ArrayNode list = status.putArray("conditions");
    conditions.forEach(
        (type, value) ->
            list.addObject()
                .put("type", type)
                .put("status", value)
                .put("reason", type + "Reason")
                .put("message", "about " + type)
                .put("observedGeneration", observedGeneration));
    return object;
  }

  /** What Flux and other users of kstatus make of a custom resource. */
  private enum Kstatus {
    IN_PROGRESS(Set.of("Progressing", "Suspended")),
    FAILED(Set.of("Degraded")),
    CURRENT(Set.of("Healthy", "Suspended", "Degraded", "Progressing"));

    private final Set<String> health;

    Kstatus(Set<String> health) {
      this.health = health;
    }

    /** More than one verdict where it depends on the order of the conditions. */
    static Set<Kstatus> of(JsonNode object) {
      Set<Kstatus> verdicts = EnumSet.noneOf(Kstatus.class);
      for (JsonNode condition : object.at("/status/conditions")) {
        if (condition.path("status").asText().equals("True")) {
          switch (condition.path("type").asText()) {
            case "Reconciling" -> verdicts.add(IN_PROGRESS);
            case "Stalled" -> verdicts.add(FAILED);
            default -> {}
          }
        }
      }
      return verdicts.isEmpty() ? EnumSet.of(CURRENT) : verdicts;
    }
  }
}
