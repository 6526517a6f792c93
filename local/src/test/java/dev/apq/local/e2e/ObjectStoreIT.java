package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import dev.apq.api.v1alpha1.AccuracySource;
import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.Condition;
import dev.apq.api.v1alpha1.StageState;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.store.Fault;
import dev.apq.store.S3Extension;
import dev.apq.store.S3Server;
import dev.apq.store.StoreSettings;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole work with artifacts in a bucket: an installation by the chart, real workers, Secrets
 * with a key for the operator and one for the namespace's own prefix, and a server that fails.
 */
@ExtendWith(OnCluster.class)
class ObjectStoreIT {
  private static final String PREFIX = "apq";
  private static final String OPERATORS_SECRET = "apq-s3-operator";
  private static final String WORKERS_SECRET = "apq-s3";
  private static final String WORKERS_KEY = "AKIAOFTHEWORKERS";

  @RegisterExtension static final S3Extension S3 = new S3Extension();

  @TempDir private Path folder;
  private Cluster cluster;
  private KubernetesClient admin;
  private String namespace;
  private Searches searches;
  private InstalledOperator operator;

  @BeforeEach
  void install(Cluster shared) throws IOException {
    cluster = shared;
    admin = shared.admin();
    shared.stopOperator();
    namespace = shared.namespace("objects");
    searches = new Searches(shared, namespace);
    secret(OPERATORS_SECRET, S3Server.ACCESS_KEY);
    secret(WORKERS_SECRET, WORKERS_KEY);
    S3.server().allow(WORKERS_KEY, PREFIX + "/" + namespace + "/");
    new Helm(shared.distribution().root().resolve("charts/apq-operator"))
        .install()
        .withName("apq-operator")
        .withNamespace(namespace)
        .withKubeConfig(shared.kubectl().kubeconfig())
        .withValuesFile(values())
        .call();
    operator = new InstalledOperator(shared, shared.kubectl(), namespace, folder);
    operator.start();
  }

  @AfterEach
  void stop() {
    operator.close();
  }

  @Test
  void trainingAndSearchSurviveOutagesAndTellNoCredentials() throws IOException {
    searches.apply(training(namespace));
    searches.awaitTraining("small", t -> running(t, "Collect"));
    S3.server().fail(line -> true, Integer.MAX_VALUE, new Fault.Answer(503, "ServiceUnavailable"));
    SupernetTraining away =
        searches.awaitTraining("small", t -> storeIsAway(t.getStatus().conditions()));
    assertThat(Searches.message(away.getStatus().conditions()))
        .contains(root().toString(), "the server answered 503", "Remedy: ");
    S3.server().heal();
    SupernetTraining trained = searches.trained("small");
    assertThat(trained.getStatus().artifact().uri()).startsWith(root() + "/" + namespace);

    searches.apply(Manifests.measured(Manifests.search(namespace, "answer", "small", "0.05", 10)));
    Wait.until("the verification's Job is there", () -> searches.jobs().size() == 6);
    S3.server().fail(line -> true, Integer.MAX_VALUE, new Fault.Drop());
    searches.awaitSearch("answer", s -> storeIsAway(s.getStatus().conditions()));
    S3.server().heal();
    ApqSearch answered = searches.answered("answer");
    assertThat(answered.getStatus().best().accuracySource()).isEqualTo(AccuracySource.MEASURED);

    assertThat(operator.log()).doesNotContain("\"level\":\"ERROR\"");
    assertCredentialsAreInSecretsAlone();
    operator.close();
    assertThat(trained.getStatus().artifact().digest()).isEqualTo(digestInAVolume());
  }

  private static String training(String namespace) {
    return Manifests.training(namespace, "small", 7).replace("shards: 4", "shards: 1");
  }

  private static boolean running(SupernetTraining training, String stage) {
    return training.getStatus().stages().stream()
        .anyMatch(s -> s.name().equals(stage) && s.state() == StageState.RUNNING);
  }

  private static boolean storeIsAway(List<Condition> conditions) {
    return Searches.state(conditions).equals("StoreUnavailable");
  }

  private void assertCredentialsAreInSecretsAlone() {
    List<Pod> pods = admin.pods().inNamespace(namespace).list().getItems();
    assertThat(pods)
        .hasSizeGreaterThanOrEqualTo(6)
        .allSatisfy(
            pod ->
                assertThat(pod.getSpec().getContainers().get(0).getEnv())
                    .filteredOn(variable -> variable.getName().startsWith("AWS_"))
                    .extracting(variable -> variable.getValueFrom().getSecretKeyRef().getName())
                    .hasSize(3)
                    .containsOnly(WORKERS_SECRET));
    List<String> credentials = List.of(S3Server.ACCESS_KEY, S3Server.SECRET_KEY, WORKERS_KEY);
    assertThat(
            Serialization.asJson(pods)
                + Serialization.asJson(
                    admin.batch().v1().jobs().inNamespace(namespace).list().getItems()))
        .as("Pods and Jobs")
        .doesNotContain(credentials);
    Path artifacts =
        S3.open(URI.create(root() + "/" + namespace), S3Extension.quick(1, pause -> {}));
    new ReadablePlaces(cluster, namespace, artifacts).assertNowhere(credentials, operator.log());
  }

  /** Of the same training by an operator whose store is a folder. */
  private String digestInAVolume() {
    Searches inAVolume = new Searches(cluster, cluster.namespace("files"));
    cluster.operator();
    inAVolume.apply(training(inAVolume.namespace()));
    return inAVolume.trained("small").getStatus().artifact().digest();
  }

  private static URI root() {
    return URI.create("s3://" + S3Server.BUCKET + "/" + PREFIX);
  }

  private void secret(String name, String accessKey) {
    admin
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .addToStringData(StoreSettings.ACCESS_KEY, accessKey)
                .addToStringData(StoreSettings.SECRET_KEY, S3Server.SECRET_KEY)
                .build())
        .create();
  }

  private Path values() throws IOException {
    return Files.writeString(
        folder.resolve("values.yaml"),
        """
        watch: {namespaces: [%s]}
        crds: {install: false}
        rbac: {aggregateRoles: false}
        artifactStore:
          s3:
            bucket: %s
            prefix: %s
            endpoint: %s
            pathStyle: true
            operatorSecret: %s
            workerSecret: %s
        """
            .formatted(
                namespace,
                S3Server.BUCKET,
                PREFIX,
                S3.server().endpoint(),
                OPERATORS_SECRET,
                WORKERS_SECRET));
  }
}
