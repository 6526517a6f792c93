package dev.apq.local.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContainerEnvironmentTest {
  private static final PodObjects OBJECTS =
      new PodObjects() {
        @Override
        public Optional<Map<String, byte[]>> configMap(String namespace, String name) {
          return name.equals("settings") ? Optional.of(bytes("LEVEL", "debug")) : Optional.empty();
        }

        @Override
        public Optional<Map<String, byte[]>> secret(String namespace, String name) {
          return name.equals("secret") ? Optional.of(bytes("KEY", "s3")) : Optional.empty();
        }

        @Override
        public PersistentVolume volumeOf(String namespace, String claimName) {
          throw new NotYetPossible("no volumes here");
        }

        @Override
        public byte[] token(Pod pod, String audience, Long expirationSeconds) {
          throw new NotYetPossible("no tokens here");
        }
      };

  private final ContainerEnvironment environment =
      new ContainerEnvironment(
          OBJECTS, new PodFields("127.0.0.1", Map.of("cpu", new Quantity("2"))));

  @Test
  void laterVariablesSeeEarlierOnesAndOverrideTheImages() {
    assertThat(
            resolve(
                """
                envFrom: [{prefix: P_, configMapRef: {name: settings}}]
                env:
                - {name: HOME, value: /work}
                - {name: A, value: "$(P_LEVEL)-$(B)"}
                - {name: B, value: "$(A)!"}
                """))
        .containsEntry("P_LEVEL", "debug")
        .containsEntry("HOME", "/work")
        .containsEntry("A", "debug-$(B)")
        .containsEntry("B", "debug-$(B)!");
  }

  @Test
  void ownFieldsAndResourcesAreText() {
    assertThat(
            resolve(
                """
                resources: {limits: {memory: 1536Mi}}
                env:
                - {name: INDEX, valueFrom: {fieldRef: {fieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']"}}}
                - {name: NONE, valueFrom: {fieldRef: {fieldPath: "metadata.labels['none']"}}}
                - {name: MIB, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}
                - {name: CPUS, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
                """))
        .containsEntry("INDEX", "7")
        .containsEntry("NONE", "")
        .containsEntry("MIB", "1536")
        .containsEntry("CPUS", "2");
  }

  @Test
  void whatIsMissingIsNamedUnlessItIsOptional() {
    assertThatThrownBy(
            () ->
                resolve("env: [{name: A, valueFrom: {secretKeyRef: {name: secret, key: OTHER}}}]"))
        .isInstanceOf(NotYetPossible.class)
        .hasMessageContaining("secret \"secret\" with key OTHER");
    assertThat(
            resolve(
                """
                envFrom: [{secretRef: {name: nowhere, optional: true}}]
                env:
                - {name: A, valueFrom: {configMapKeyRef: {name: nowhere, key: K, optional: true}}}
                - {name: KEY, valueFrom: {secretKeyRef: {name: secret, key: KEY}}}
                """))
        .doesNotContainKey("A")
        .containsEntry("KEY", "s3");
  }

  private Map<String, String> resolve(String containerFields) {
    Pod pod =
        Serialization.unmarshal(
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: p
              namespace: ns
              annotations: {batch.kubernetes.io/job-completion-index: "7"}
            spec:
              containers:
              - name: c
            %s"""
                .formatted(containerFields.indent(4)),
            Pod.class);
    return environment.resolve(pod, pod.getSpec().getContainers().get(0), Map.of("HOME", "/image"));
  }

  private static Map<String, byte[]> bytes(String key, String value) {
    return Map.of(key, value.getBytes(StandardCharsets.UTF_8));
  }
}
