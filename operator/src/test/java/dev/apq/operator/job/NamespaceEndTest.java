package dev.apq.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.api.model.StatusDetailsBuilder;
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
    return answer(404, "NotFound", new StatusDetailsBuilder().withKind(kind).build());
  }

  private static KubernetesClientException refusal(String cause) {
    return answer(
        403,
        "Forbidden",
        new StatusDetailsBuilder()
            .addNewCause("metadata.namespace", "being terminated", cause)
            .build());
  }

  private static KubernetesClientException answer(int code, String reason, StatusDetails details) {
    return new KubernetesClientException(
        new StatusBuilder().withCode(code).withReason(reason).withDetails(details).build());
  }
}
