package dev.apq.charts;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Artifacts in a bucket. */
class ChartStorageTest {

  @Test
  void aBucketReplacesTheClaimAndItsKeysComeFromSecrets() {
    Objects aws = Chart.render("artifactStore: {s3: {bucket: models, region: eu-west-1}}");
    assertThat(aws.of(PersistentVolumeClaim.class)).isEmpty();
    assertThat(pod(aws).getVolumes()).extracting("name").containsExactly("tmp");
    assertThat(environment(aws))
        .containsEntry("APQ_STORE_ROOT", "s3://models/apq")
        .containsEntry("APQ_STORE_S3_REGION", "eu-west-1")
        .doesNotContainKeys("APQ_STORE_CLAIM", "APQ_STORE_S3_SECRET", "APQ_STORE_S3_ENDPOINT");
    assertThat(pod(aws).getContainers().get(0).getEnv())
        .noneMatch(entry -> entry.getName().startsWith("AWS_"));

    Objects minio =
        Chart.render(
            """
            artifactStore:
              s3:
                bucket: models
                prefix: ""
                endpoint: https://minio.example.com:9000
                pathStyle: true
                operatorSecret: apq-s3-operator
                workerSecret: apq-s3
                workerServiceAccount: apq-worker
            """);
    assertThat(environment(minio))
        .containsEntry("APQ_STORE_ROOT", "s3://models")
        .containsEntry("APQ_STORE_S3_ENDPOINT", "https://minio.example.com:9000")
        .containsEntry("APQ_STORE_S3_PATH_STYLE", "true")
        .containsEntry("APQ_STORE_S3_SECRET", "apq-s3")
        .containsEntry("APQ_STORE_S3_SERVICE_ACCOUNT", "apq-worker");
    assertThat(pod(minio).getContainers().get(0).getEnv())
        .filteredOn(entry -> entry.getName().startsWith("AWS_"))
        .hasSize(3)
        .allSatisfy(
            entry ->
                assertThat(entry.getValueFrom().getSecretKeyRef().getName())
                    .isEqualTo("apq-s3-operator"));
  }

  @Test
  void isolatedWorkersStillReachTheBucket() {
    for (String server :
        List.of(
            "region: eu|443", "endpoint: http://s3.local|80", "endpoint: https://m:9000/|9000")) {
      String[] parts = server.split("\\|", -1);
      Objects objects =
          Chart.render(
              "{artifactStore: {s3: {bucket: models, %s}}, networkPolicy: {isolateWorkers: true}}"
                  .formatted(parts[0]));
      assertThat(objects.only(NetworkPolicy.class).getSpec().getEgress().get(0).getPorts())
          .extracting(port -> port.getPort().getIntVal())
          .containsExactly(53, 53, Integer.valueOf(parts[1]));
    }
  }

  private static PodSpec pod(Objects objects) {
    return objects.only(Deployment.class).getSpec().getTemplate().getSpec();
  }

  private static Map<String, String> environment(Objects objects) {
    return pod(objects).getContainers().get(0).getEnv().stream()
        .filter(entry -> entry.getValue() != null)
        .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
  }
}
