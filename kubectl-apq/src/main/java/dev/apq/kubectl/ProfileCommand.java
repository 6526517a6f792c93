package dev.apq.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;
import dev.apq.core.cost.LayerSet;
import dev.apq.core.cost.LayerShape;
import dev.apq.core.cost.MeasuredTable;
import dev.apq.core.space.Presets;
import dev.apq.core.space.SearchSpace;
import dev.apq.kubectl.cluster.Connection;
import dev.apq.kubectl.cluster.Searches;
import dev.apq.kubectl.cluster.Workers;
import dev.apq.kubectl.error.ExitStatus;
import dev.apq.kubectl.error.PluginException;
import dev.apq.kubectl.profile.ProfileJob;
import dev.apq.kubectl.profile.ProfileRun;
import dev.apq.kubectl.transfer.Worker;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures a node's layers and keeps the table for searches. */
@Command(
    name = "profile",
    description = {
      "Measures the layers of a search space on a node and keeps the latencies in a ConfigMap,"
          + " which an ApqSearch then names as its hardware.",
      "A Job with the worker's image does it; it is removed afterwards, also on Ctrl-C."
    },
    footer = {
      "",
      "Examples:",
      "  kubectl apq profile --space-of cluttered-digits --configmap edge-box \\",
      "    --node-selector kubernetes.io/hostname=edge-7",
      "  kubectl apq profile --preset apq-imagenet --image registry.example.com/apq-worker:0.1.0"
          + " \\",
      "    --configmap arm --node-selector kubernetes.io/arch=arm64 --cpus 4"
    })
final class ProfileCommand extends ClusterCommand {
  private static final String TABLE = "table.json";
  // An API server takes ConfigMaps of 1 MiB.
  private static final int BESIDE_BYTES = 1_000_000;

  @ArgGroup(multiplicity = "1")
  private Space space = new Space();

  /** Exactly one of the two. */
  static final class Space {
    @Option(
        names = "--space-of",
        paramLabel = "TRAINING",
        description = "Measure the space of this SupernetTraining.")
    private @Nullable String training;

    @Option(
        names = "--preset",
        paramLabel = "NAME",
        description = "Measure a space that the worker ships.")
    private @Nullable String preset;
  }

  @Option(
      names = "--configmap",
      required = true,
      paramLabel = "NAME",
      description = "ConfigMap that keeps the table.")
  private String configMap = "";

  @Option(
      names = "--overwrite",
      description = "Replace the ConfigMap; searches that name it then start anew.")
  private boolean overwrite;

  @Option(
      names = "--node-selector",
      paramLabel = "LABEL=VALUE",
      description = "Label that the node must have; may be given several times.")
  private Map<String, String> nodeSelector = new LinkedHashMap<>();

  @Option(
      names = "--tolerate-taints",
      description = "Run on a node with NoSchedule taints as well.")
  private boolean tolerateTaints;

  @Option(
      names = "--cpus",
      defaultValue = "1",
      paramLabel = "COUNT",
      description = "Processors, also the threads of the runtime (default: ${DEFAULT-VALUE}).")
  private int cpus;

  @Option(
      names = "--memory",
      defaultValue = "1Gi",
      paramLabel = "QUANTITY",
      description = "Memory (default: ${DEFAULT-VALUE}).")
  private String memory = "1Gi";

  @Option(
      names = "--image",
      paramLabel = "IMAGE",
      description = "Worker image; that of the training's Jobs if absent.")
  private @Nullable String image;

  @Option(
      names = "--budget",
      defaultValue = "600",
      paramLabel = "SECONDS",
      description = "Time that measuring may take (default: ${DEFAULT-VALUE}).")
  private int budget;

  @Option(
      names = "--validate",
      defaultValue = "30",
      paramLabel = "COUNT",
      description =
          "Random networks whose measured latency the table is compared with (default:"
              + " ${DEFAULT-VALUE}).")
  private int validated;

  @Option(
      names = "--timeout",
      defaultValue = "1800",
      paramLabel = "SECONDS",
      description = "Give up after that, waiting included (default: ${DEFAULT-VALUE}).")
  private int timeout;

  @Override
  void run(Connection connection) throws IOException, InterruptedException {
    requireFree(connection);
    Searches searches = Searches.in(connection);
    SupernetTraining training = space.training == null ? null : searches.training(space.training);
    SearchSpace measured = training == null ? preset() : searches.space(training);
    ProfileJob job =
        new ProfileJob(
            connection.namespace(),
            worker(connection, training),
            training == null
                ? new ProfileJob.Preset(measured.name())
                : new ProfileJob.OfTraining(searches.specification(training)),
            new ProfileJob.Place(nodeSelector, tolerateTaints, cpus, memory, budget, validated));
    String name = jobName();
    console().err().println("measuring with Job " + name);
    ProfileRun run =
        Interruption.closes(
            new ProfileRun(
                connection.client(), console().clock(), job.build(name, configMap, timeout)));
    try (run) {
      run.start();
      ProfileRun.Result result =
          run.await(Duration.ofSeconds(timeout), line -> console().err().println("  " + line));
      byte[] table = result.files().get(TABLE);
      if (table == null) {
        throw new InvalidArtifactException("the worker sent no " + TABLE);
      }
      Set<LayerShape> missing = MeasuredTable.parse(table).missing(measured, LayerSet.COMPLETE);
      if (!missing.isEmpty()) {
        throw new InvalidArtifactException(
            "the table lacks %d shapes of the space, the first is %s"
                .formatted(missing.size(), missing.iterator().next()));
      }
      keep(connection, result);
      report(table, result);
    } finally {
      Interruption.over(run);
    }
  }

  private void requireFree(Connection connection) {
    boolean exists =
        connection
                .client()
                .configMaps()
                .inNamespace(connection.namespace())
                .withName(configMap)
                .get()
            != null;
    if (exists && !overwrite) {
      throw new PluginException(
          ExitStatus.USAGE,
          "there is a ConfigMap " + configMap + " in namespace " + connection.namespace(),
          "name another, or replace it with --overwrite");
    }
  }

  private SearchSpace preset() {
    String name = String.valueOf(space.preset);
    return Presets.named(name)
        .orElseThrow(
            () ->
                new PluginException(
                    ExitStatus.USAGE,
                    "there is no preset '" + name + "'",
                    "choose one of " + Presets.names()));
  }

  private Worker worker(Connection connection, @Nullable SupernetTraining training) {
    if (training != null) {
      return Workers.of(training, connection, image);
    }
    if (image == null) {
      throw new PluginException(
          ExitStatus.USAGE,
          "without --space-of nothing tells the worker's image",
          "name it with --image");
    }
    return Worker.ofImage(image);
  }

  private String jobName() {
    String suffix = Long.toString(console().clock().millis() % 1_679_616, 36);
    String head = configMap.length() > 40 ? configMap.substring(0, 40) : configMap;
    return head.replaceAll("[^a-z0-9]+$", "") + "-profile-" + suffix;
  }

  /** Keeps the table and, where they fit beside it, what else the worker sent. */
  private void keep(Connection connection, ProfileRun.Result result) {
    Map<String, String> data = new LinkedHashMap<>();
    int size = 0;
    for (Map.Entry<String, byte[]> file : result.files().entrySet()) {
      size += file.getValue().length;
      if (file.getKey().equals(TABLE) || size < BESIDE_BYTES) {
        data.put(file.getKey(), new String(file.getValue(), StandardCharsets.UTF_8));
      }
    }
    ConfigMap map =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName(configMap)
            .withNamespace(connection.namespace())
            .addToLabels("app.kubernetes.io/managed-by", "kubectl-apq")
            .addToAnnotations("apq.dev/profiled-node", result.node())
            .endMetadata()
            .withData(data)
            .build();
    connection
        .client()
        .resource(map)
        .fieldManager("kubectl-apq")
        .forceConflicts()
        .serverSideApply();
  }

  private void report(byte[] table, ProfileRun.Result result) throws IOException {
    byte[] about = result.files().get("profile.json");
    if (about != null) {
      JsonNode measured = Json.mapper().readTree(about);
      console()
          .lines(
              List.of(
                  String.format(
                      Locale.ROOT,
                      "%d rows on %s, median spread %.1f %% (interquartile range over median)",
                      measured.path("rows").asInt(),
                      measured.path("processor").asText("an unknown processor"),
                      100 * measured.path("medianRelativeSpread").asDouble())));
    }
    console()
        .lines(
            List.of(
                "ConfigMap "
                    + configMap
                    + " holds the table, measured on node "
                    + result.node()
                    + " ("
                    + Digests.sha256(table)
                    + ")",
                "",
                "Name it in an ApqSearch:",
                "",
                "  spec:",
                "    hardware:",
                "      configMapRef: {name: " + configMap + "}",
                "    constraints:",
                "      - {metric: Latency, max: \"1.5\"}    # ms on this node"));
  }
}
