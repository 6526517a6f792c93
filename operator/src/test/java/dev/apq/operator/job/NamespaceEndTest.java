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
