package dev.apq.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;

class NamespaceEndTest {
  @Test
  void isToldFromOtherRefusals() {
    assertThat(NamespaceEnd.refused(refusal("NamespaceTerminating"))).isTrue();
    assertThat(NamespaceEnd.refused(refusal("FieldValueInvalid"))).isFalse();
    assertThat(NamespaceEnd.refused(new KubernetesClientException("no answer"))).isFalse();
  }

  @Test
  void isAlsoToldOnceItIsOver() {
    assertThat(NamespaceEnd.refused(notFound("namespaces"))).isTrue();
    assertThat(NamespaceEnd.refused(notFound("configmaps"))).isFalse();
  }

  private static KubernetesClientException notFound(String kind) {
    return new KubernetesClientException(
        new StatusBuilder()
            .withCode(404)
            .withReason("NotFound")
            .withNewDetails()
            .withKind(kind)
            .withName("team-a")
            .endDetails()
            .build());
  }

  private static KubernetesClientException refusal(String cause) {
    return new KubernetesClientException(
        new StatusBuilder()
            .withCode(403)
            .withReason("Forbidden")
            .withNewDetails()
            .addNewCause("metadata.namespace", "being terminated", cause)
            .endDetails()
            .build());
  }
}
