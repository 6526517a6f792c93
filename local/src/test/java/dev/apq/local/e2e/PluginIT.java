package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.local.e2e.Plugin.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The kubectl plugin with a real cluster, operator, worker and the rights that its page lists. */
@ExtendWith(OnCluster.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PluginIT {
  private static final String SEARCH = "phone";

  private Path folder;
  private final ObjectMapper json = new ObjectMapper();
  private Cluster cluster;
  private Searches searches;
  private Plugin plugin;

  @BeforeAll
  void answer(Cluster shared, @TempDir Path temporary) throws IOException {
    cluster = shared;
    folder = temporary;
    cluster.operator();
    String namespace = cluster.namespace("plugin");
    searches = new Searches(cluster, namespace);
    searches.apply(Manifests.training(namespace, "digits", 1));
    searches.trained("digits");
    searches.apply(
        """
        apiVersion: apq.dev/v1alpha1
        kind: ApqSearch
        metadata: {name: phone, namespace: %s}
        spec:
          supernetRef: {name: digits}
          constraints: [{metric: BitOps, max: "1"}]
          objectives: [Latency]
          evolution: {populationSize: 50, generations: 20, seed: 1}
          verify: {topK: 2, finetuneSteps: 12, evaluationInterval: 4}
        """
            .formatted(namespace));
    searches.answered(SEARCH);
    plugin =
        new Plugin(
            Path.of(Objects.requireNonNull(System.getProperty("apq.root"))),
            account("user"),
            namespace);
    allow(
        "user",
        """
        - {apiGroups: [apq.dev], resources: [apqsearches, supernettrainings], verbs: [get, list]}
        - {apiGroups: [""], resources: [configmaps], verbs: [get, create, patch]}
        - {apiGroups: [""], resources: [pods], verbs: [create, get, list, delete]}
        - {apiGroups: [""], resources: [pods/log], verbs: [get]}
        - {apiGroups: [batch], resources: [jobs], verbs: [create, list, delete]}
        """);
  }

  @Test
  void frontPolicyAndExplanationAgreeWithTheStatus() throws Exception {
    ApqSearch search = searches.search(SEARCH);
    String digest = search.getStatus().best().digest();

    JsonNode front = json.readTree(plugin.run("front", SEARCH, "-o", "json").output());
    assertThat(front.findValuesAsText("digest")).contains(digest);
    assertThat(plugin.run("front", SEARCH).output())
        .contains("answer", digest.substring(7, 19), "latency, ms");

    String policy = plugin.run("policy", SEARCH, "-o", "json").output();
    assertThat("sha256:" + sha256(policy.getBytes(StandardCharsets.UTF_8))).isEqualTo(digest);

    Run explain = plugin.run("explain", SEARCH, "-o", "json");
    double latency = json.readTree(explain.output()).at("/total/latencyMs").asDouble();
    String published =
        search.getStatus().best().costs().stream()
            .filter(cost -> cost.unit().equals("ms"))
            .findFirst()
            .orElseThrow()
            .value();
    assertThat(Math.abs(latency - Double.parseDouble(published)))
        .isLessThan(1e-4 * Double.parseDouble(published));
    assertThat(explain.err()).isEmpty();
  }

  @Test
  void topShowsBothAndEndsWhenAllIsDone() {
    assertThat(plugin.run("top", "--watch", "--until-done").output())
        .contains("digits", SEARCH, "Completed", "100%", "BitOps");
  }

  @Test
  void artifactsArriveThroughAPodAndAsFromTheMountedStore() throws IOException {
    Path pulled = folder.resolve("pulled");
    Path copied = folder.resolve("copied");

    String list = plugin.run("pull", SEARCH, "--to=" + pulled).output();
    String from = "--from=" + cluster.environment().paths().artifacts().toUri();
    assertThat(plugin.run("pull", SEARCH, "--to=" + copied, from).output()).isEqualTo(list);

    assertThat(list)
        .contains("  policy.json\n", "  result.json\n", "  verify.json\n", ".safetensors\n");
    for (String line : list.lines().toList()) {
      String[] words = line.split(" {2}", 2);
      assertThat(sha256(Files.readAllBytes(pulled.resolve(words[1])))).isEqualTo(words[0]);
      assertThat(pulled.resolve(words[1])).hasSameBinaryContentAs(copied.resolve(words[1]));
    }
    assertThat(pods()).isEmpty();
  }

  @Test
  void aPullThatIsInterruptedLeavesNothing() throws Exception {
    Path target = folder.resolve("interrupted");
    Process pull = plugin.start("pull", SEARCH, "--to=" + target, "--claim=nowhere");
    Wait.until("the Pod exists", () -> !pods().isEmpty() || !pull.isAlive());

    pull.destroy();

    pull.waitFor();
    Wait.until("the Pod is gone", () -> pods().isEmpty());
    assertThat(target).isEmptyDirectory();
  }

  @Test
  void whoMayOnlyReadSearchesIsToldWhatIsMissing() throws IOException {
    Plugin reader = new Plugin(plugin.root(), account("reader"), plugin.namespace());
    allow("reader", "- {apiGroups: [apq.dev], resources: [apqsearches], verbs: [get]}\n");

    Run front = reader.run("front", SEARCH);
    assertThat(front.status()).isEqualTo(4);
    assertThat(front.err())
        .contains("cannot get resource \"configmaps\"", "remedy: ask an administrator");
    assertThat(reader.run("top").err()).contains("cannot list resource \"supernettrainings\"");
    assertThat(reader.run("front", "nothing").status()).isEqualTo(3);
  }

  @Test
  void aClusterThatDoesNotAnswerIsNamed() throws IOException {
    Path nowhere =
        Files.writeString(
            folder.resolve("nowhere"),
            Wait.read(plugin.kubeconfig()).replaceAll("server: .*", "server: https://127.0.0.1:1"));

    Run run = new Plugin(plugin.root(), nowhere, plugin.namespace()).run("top");

    assertThat(run.status()).isEqualTo(6);
    assertThat(run.err()).contains("https://127.0.0.1:1/ cannot be reached", "remedy: ");
  }

  private java.util.List<io.fabric8.kubernetes.api.model.Pod> pods() {
    return cluster
        .admin()
        .pods()
        .inNamespace(plugin.namespace())
        .withLabel("app.kubernetes.io/managed-by", "kubectl-apq")
        .list()
        .getItems();
  }

  /** A kubeconfig with the token of a ServiceAccount of its own. */
  private Path account(String name) throws IOException {
    String namespace = searches.namespace();
    Kubectl admin = cluster.kubectl();
    admin.run("", "--namespace=" + namespace, "create", "serviceaccount", name);
    String token =
        admin.run("", "--namespace=" + namespace, "create", "token", name, "--duration=1h");
    Path file =
        Files.writeString(folder.resolve(name + ".kubeconfig"), Wait.read(admin.kubeconfig()));
    Kubectl own = new Kubectl(file);
    own.run("", "config", "set-credentials", name, "--token=" + token.strip());
    own.run("", "config", "set-context", "--current", "--user=" + name);
    return file;
  }

  private void allow(String account, String rules) {
    searches.apply(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: %1$s, namespace: %2$s}
        rules:
        %3$s---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: %1$s, namespace: %2$s}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: %1$s}
        subjects: [{kind: ServiceAccount, name: %1$s, namespace: %2$s}]
        """
            .formatted(account, searches.namespace(), rules));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
