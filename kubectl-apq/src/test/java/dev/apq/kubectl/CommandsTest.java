package dev.apq.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.Json;
import dev.apq.kubectl.Plugin.Run;
import dev.apq.kubectl.error.ExitStatus;
import dev.apq.kubectl.view.Terminal;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands against an API server that holds what a real operator left. */
@EnableKubernetesMockClient(crud = true, https = false)
class CommandsTest {
  private static final String RESULT = "phone-result";

  private KubernetesMockServer server;
  private KubernetesClient client;
  @TempDir private Path folder;
  private Path kubeconfig;

  @BeforeEach
  void fill() throws IOException {
    RecordedCluster.fill(client);
    kubeconfig = RecordedCluster.kubeconfig(server, folder);
  }

  private Run run(String... arguments) {
    return Plugin.run(withKubeconfig(arguments));
  }

  private String[] withKubeconfig(String... arguments) {
    return Stream.concat(Arrays.stream(arguments), Stream.of("--kubeconfig=" + kubeconfig))
        .toArray(String[]::new);
  }

  @Test
  void frontsLookAsTheyDid() {
    Golden.matches("front.txt", done(run("front", "phone")));
    Golden.matches("front-ascii.txt", done(run("front", "phone", "--ascii", "--width=60")));
    Golden.matches("front-size.txt", done(run("front", "phone", "--cost=modelsize", "--rows=3")));
    Golden.matches("front-alone.txt", done(run("front", "watch")));
    Golden.matches("front.csv", done(run("front", "phone", "-o", "csv")));
  }

  @Test
  void colorsOnlyDecorate() {
    Terminal colored = new Terminal(true, true, true, 100);
    Run run = Plugin.run(colored, withKubeconfig("front", "phone"));

    assertThat(run.out()).contains("\u001b[1;32m");
    assertThat(run.out().replaceAll("\u001b\\[[0-9;]*m", ""))
        .isEqualTo(done(run("front", "phone")));
  }

  @Test
  void aFrontInJsonHoldsEveryPolicyUnderItsDigest() throws IOException {
    var json =
        dev.apq.core.artifact.Json.mapper().readTree(done(run("front", "phone", "-o", "json")));

    assertThat(json.at("/points").size()).isGreaterThan(2);
    for (var point : json.at("/points")) {
      byte[] policy = dev.apq.core.artifact.Json.bytes(point.get("policy"));
      assertThat(Digests.sha256(policy)).isEqualTo(point.get("digest").asText());
    }
    assertThat(json.at("/units/Latency").asText()).isEqualTo("ms");
  }

  @Test
  void aPictureIsWellFormedAndHasAllPoints() throws Exception {
    String svg = done(run("front", "phone", "-o", "svg"));
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));

    long rows = done(run("front", "phone", "-o", "csv")).lines().count() - 1;
    assertThat(document.getElementsByTagName("circle").getLength()).isEqualTo((int) rows);
  }

  @Test
  void aPolicyInJsonIsTheBytesOfItsDigest() {
    Run run = run("policy", "phone", "-o", "json");

    String digest = Digests.sha256(done(run).getBytes(StandardCharsets.UTF_8));
    assertThat(run.err()).isEqualTo("digest " + digest + " (checked)\n");
    assertThat(done(run("policy", "phone"))).startsWith("# " + digest + "\narchitecture:\n");
    Golden.matches("policy.yaml", done(run("policy", "phone", "--point", "0")));
    String prefix = digest.substring(7, 15);
    assertThat(done(run("policy", "phone", "--digest", prefix, "-o", "json"))).isEqualTo(run.out());
  }

  @Test
  void aPolicyThatIsNotThereIsSaidWithWhatThereIs() {
    Run point = run("policy", "phone", "--point", "999");
    assertThat(point.status()).isEqualTo(ExitStatus.NOT_FOUND.code());
    assertThat(point.err()).contains("there is no point 999", "choose one from 0 to ");
    assertThat(run("policy", "phone", "--digest", "zz").err()).contains("no policy of the result");
    assertThat(run("policy", "phone", "--digest", "").err())
        .contains("policies of the result have");
  }

  @Test
  void layersAreExplainedAndAgreeWithThePublishedCosts() {
    Run run = run("explain", "phone");
    Golden.matches("explain.txt", done(run));
    Golden.matches("explain-ascii.txt", done(run("explain", "phone", "--point=0", "--ascii")));
    assertThat(run.err()).isEmpty();
  }

  @Test
  void aPolicyAsAPictureHasEveryLayerAndWhatIsLeftOut() throws Exception {
    String svg = done(run("explain", "phone", "-o", "svg"));
    List<String> texts = texts(svg);
    JsonNode layers =
        Json.mapper().readTree(done(run("explain", "phone", "-o", "json"))).path("layers");

    assertThat(layers.size()).isGreaterThan(10);
    assertThat(texts)
        .filteredOn(text -> text.contains("block") || text.matches("stem|head|classifier"))
        .containsExactlyElementsOf(withLeftOut(layers));
    // Block 2 may have six times the stage's 8 channels.
    int row = texts.indexOf("block2.depthwise");
    assertThat(texts.subList(row + 1, row + 6))
        .containsExactly("16 of 48", "7x7 dw", "4", "8", "10.3");
  }

  /** The two stages of the space have up to four blocks each, the policy has three and two. */
  private static List<String> withLeftOut(JsonNode layers) {
    List<String> names = new ArrayList<>();
    layers.forEach(layer -> names.add(layer.path("name").asText()));
    names.add(names.indexOf("block4.expand"), "block3 left out");
    names.addAll(names.indexOf("head"), List.of("block6 left out", "block7 left out"));
    return names;
  }

  private static List<String> texts(String svg) throws Exception {
    var texts =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
            .getElementsByTagName("text");
    return IntStream.range(0, texts.getLength())
        .mapToObj(i -> texts.item(i).getTextContent())
        .toList();
  }

  @Test
  void progressOfEverything() {
    Golden.matches("top.txt", done(run("top")));
    Golden.matches("top-all.txt", done(run("top", "-A", "--ascii")));
    assertThat(done(run("top", "--context=elsewhere")))
        .contains("There are no SupernetTrainings and no ApqSearches in namespace empty");
  }

  @Test
  void waitingUntilAllIsDoneSaysWhenSomethingStalled() {
    Run run = run("top", "--watch", "--until-done");
    assertThat(run.status()).isEqualTo(ExitStatus.NOT_FINISHED.code());
    assertThat(run.err()).contains("not everything can go on", "docs/troubleshooting.md");
  }

  @Test
  void whatIsMissingIsSaidWithARemedy() {
    Run none = run("front", "nothing");
    assertThat(none.status()).isEqualTo(ExitStatus.NOT_FOUND.code());
    assertThat(none.err())
        .isEqualTo(
            """
            error: there is no ApqSearch 'nothing' in namespace default
            remedy: see what there is: kubectl apq top -A
            """);
    Run stalled = run("front", "impossible");
    assertThat(stalled.status()).isEqualTo(ExitStatus.NOT_FINISHED.code());
    assertThat(stalled.err())
        .contains("'impossible' has no answer: Infeasible.", "docs/troubleshooting.md, Infeasible");
    client.configMaps().inNamespace("default").withName(RESULT).delete();
    assertThat(run("front", "phone").err())
        .contains("there is no ConfigMap phone-result with the key result.json");
  }

  @Test
  void aChangedResultIsDamaged() {
    client
        .configMaps()
        .inNamespace("default")
        .withName(RESULT)
        .edit(map -> replaced(map, "\"depths\":[2", "\"depths\":[3"));

    Run run = run("policy", "phone");

    assertThat(run.status()).isEqualTo(ExitStatus.DAMAGED.code());
    assertThat(run.err()).contains("ConfigMap phone-result", "should have the digest sha256:");
  }

  private static ConfigMap replaced(ConfigMap map, String from, String to) {
    assertThat(map.getData().get("result.json")).contains(from);
    map.getData()
        .put(
            "result.json",
            map.getData().get("result.json").replaceFirst(java.util.regex.Pattern.quote(from), to));
    return map;
  }

  @Test
  void artifactsAreFetchedFromAMountedStore() throws IOException {
    Path store = folder.resolve("store");
    Path result = store.resolve(resultPath());
    Files.createDirectories(result.getParent());
    Files.writeString(result, "not the result");
    String from = "--from=" + store.toUri();

    Run damaged = run("pull", "phone", "--to=" + folder.resolve("out"), from);
    assertThat(damaged.status()).isEqualTo(ExitStatus.DAMAGED.code());
    assertThat(damaged.err()).contains("search/result.json has the digest", "the status says");

    Run elsewhere = run("pull", "phone", "--to=" + folder.resolve("out"), "--from=file:///nowhere");
    assertThat(elsewhere.status()).isEqualTo(ExitStatus.NOT_FOUND.code());
    Run relative = run("pull", "phone", "--to=" + folder.resolve("out"), "--from=store");
    assertThat(relative.status()).isEqualTo(ExitStatus.USAGE.code());
    assertThat(folder.resolve("out")).isEmptyDirectory();
  }

  private String resultPath() {
    String uri =
        client
            .resources(dev.apq.api.v1alpha1.ApqSearch.class)
            .inNamespace("default")
            .withName("phone")
            .require()
            .getStatus()
            .results()
            .uri();
    return uri.substring(uri.indexOf("default/phone/"));
  }

  @Test
  void aForbiddenRequestNamesVerbAndResource() {
    String message =
        "apqsearches.apq.dev \"phone\" is forbidden: User \"eve\" cannot get resource"
            + " \"apqsearches\" in API group \"apq.dev\" in the namespace \"default\"";
    refuse(403, message);
    Run run = run("front", "phone");
    assertThat(run.status()).isEqualTo(ExitStatus.DENIED.code());
    assertThat(run.err())
        .startsWith("error: " + message)
        .contains("remedy: ask an administrator for this right");
  }

  @Test
  void credentialsThatAreNotAcceptedAreNoMissingRight() {
    refuse(401, "Unauthorized");
    Run run = run("front", "phone");
    assertThat(run.status()).isEqualTo(ExitStatus.DENIED.code());
    assertThat(run.err()).contains("does not accept your credentials", "log in again");
  }

  private void refuse(int code, String message) {
    server
        .expect()
        .get()
        .withPath("/apis/apq.dev/v1alpha1/namespaces/default/apqsearches/phone")
        .andReturn(
            code,
            new io.fabric8.kubernetes.api.model.StatusBuilder()
                .withCode(code)
                .withStatus("Failure")
                .withMessage(message)
                .build())
        .always();
  }

  @Test
  void wordsAreCompletedAsKubectlAsks() {
    assertThat(completed("fr")).containsExactly("front", ":4");
    assertThat(completed("front", "--kubeconfig", kubeconfig.toString(), "ph"))
        .containsExactly("phone", ":4");
    assertThat(completed("front", "phone", "--cost", "La")).containsExactly("Latency", ":4");
    assertThat(completed("front", "phone", "--kubeconfig", "/nowhere", "")).endsWith(":4");
  }

  private static List<String> completed(String... words) {
    return done(Plugin.run(
            Stream.concat(Stream.of("__complete"), Arrays.stream(words)).toArray(String[]::new)))
        .lines()
        .toList();
  }

  private static String done(Run run) {
    assertThat(run.status()).as(run.err()).isZero();
    return run.out();
  }
}
