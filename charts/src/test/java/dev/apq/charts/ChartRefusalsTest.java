package dev.apq.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChartRefusalsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "replica: 2 | replica",
        "image: {name: x} | name",
        "worker: {image: {pullPolicy: Always}} | worker",
        "worker: {resource: {}} | resource",
        "worker: {resources: {limits: {memory: much}}} | memory",
        "worker: {tolerations: [{key: a, operator: Maybe}]} | operator",
        "worker: {env: [{name: APQ_INPUT_DIGEST, value: x}]} | name",
        "worker: {imagePullSecrets: [pull]} | imagePullSecrets",
        "artifactStore: {s3: {bucket: b}} | bucket",
        "artifactStore: {s3: {prefix: a/../b}} | prefix",
        "artifactStore: {s3: {endpoint: 'https://key:secret@minio'}} | endpoint",
        "artifactStore: {s3: {accessKey: k}} | accessKey",
        "replicas: -1 | replicas",
        "replicas: '2' | replicas",
        "image: {digest: 'sha256:12'} | digest",
        "image: {tag: 'a b'} | tag",
        "image: {pullPolicy: Sometimes} | pullPolicy",
        "watch: {namespaces: team-a} | namespaces",
        "watch: {namespaces: [Team]} | namespaces",
        "watch: {namespaces: [a, a]} | namespaces",
        "search: {threads: 0} | threads",
        "logging: {level: LOUD} | level",
        "extraEnv: [{value: x}] | extraEnv",
        "resources: {requests: {cpu: fast}} | cpu",
        "artifactStore: {claim: {accessModes: []}} | accessModes",
        "artifactStore: {nfs: {path: apq}} | path",
        "metrics: {serviceMonitor: {interval: soon}} | interval",
        "crds: {install: 'yes'} | install",
        "podSecurityContext: {runAsNonroot: true} | runAsNonroot",
        "securityContext: {readOnlyRootFileSystem: true} | readOnlyRootFileSystem",
        "affinity: {nodeAfinity: {}} | nodeAfinity",
      })
  void schemaRefuses(String values, String named) {
    assertThatThrownBy(() -> Chart.template(values, Chart.KUBERNETES))
        .hasMessageContaining("don't meet the specifications of the schema")
        .hasMessageContaining(named);
  }

  @Test
  void refusesAnOldCluster() {
    assertThatThrownBy(() -> Chart.template("", "1.30.9")).hasMessageContaining("kubeVersion");
    assertThat(Chart.template("", "1.31.0-eks-1a2b")).isNotBlank();
  }

  @Test
  void refusesContradictions() {
    assertThatThrownBy(
            () ->
                Chart.template(
                    "artifactStore: {existingClaim: a, nfs: {server: b}}", Chart.KUBERNETES))
        .hasMessageContaining("exclude each other");
    assertThatThrownBy(
            () ->
                Chart.template(
                    "artifactStore: {existingClaim: a, s3: {bucket: bbb}}", Chart.KUBERNETES))
        .hasMessageContaining("artifacts lie in one place");
    assertThatThrownBy(() -> Chart.template("serviceAccount: {create: false}", Chart.KUBERNETES))
        .hasMessageContaining("serviceAccount.name is needed");
  }
}
