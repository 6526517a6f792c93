package dev.apq.charts;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import org.junit.jupiter.api.Test;

class UnknownFieldsTest {

  @Test
  void findsMisspelledFieldsAtAnyDepth() {
    Deployment deployment =
        Objects.parse(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: d}
                spec:
                  replica: 1
                  template:
                    spec:
                      containers:
                        - name: c
                          readinessProb: {}
                """)
            .only(Deployment.class);
    assertThat(UnknownFields.of(deployment))
        .containsExactlyInAnyOrder(
            "Deployment.Spec.replica", "Deployment.Spec.Template.Spec.Containers[].readinessProb");
  }
}
