package dev.apq.operator.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.ApqSearch;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.kubernetes.client.WithKubernetesTestServer;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithKubernetesTestServer
class NewerResourcesTest {
  @Inject KubernetesClient client;

  @Test
  void fieldsOfANewerSchemaAreReadOver() {
    ApqSearch search =
        client
            .getKubernetesSerialization()
            .unmarshal(
                """
                apiVersion: apq.dev/v1alpha1
                kind: ApqSearch
                metadata: {name: newer}
                spec:
                  supernetRef: {name: s}
                  constraints: [{metric: Latency, max: "1", ofTomorrow: 1}]
                  ofTomorrow: {any: thing}
                """,
                ApqSearch.class);
    assertThat(search.getSpec().constraints()).hasSize(1);
  }
}
