package dev.apq.local.node;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads from the API server, with the node's own rights. */
final class ApiPodObjects implements PodObjects {
  private final KubernetesClient client;

  ApiPodObjects(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public Optional<Map<String, byte[]>> configMap(String namespace, String name) {
    return find(client.configMaps().inNamespace(namespace).withName(name))
        .map(
            map -> {
              Map<String, byte[]> contents = new TreeMap<>();
              orEmpty(map.getData())
                  .forEach((key, text) -> contents.put(key, text.getBytes(StandardCharsets.UTF_8)));
              contents.putAll(decoded(map.getBinaryData()));
              return contents;
            });
  }

  @Override
  public Optional<Map<String, byte[]>> secret(String namespace, String name) {
    return find(client.secrets().inNamespace(namespace).withName(name))
        .map(secret -> decoded(secret.getData()));
  }

  @Override
  public PersistentVolume volumeOf(String namespace, String claimName) {
    PersistentVolumeClaim claim =
        find(client.persistentVolumeClaims().inNamespace(namespace).withName(claimName))
            .orElseThrow(
                () -> new NotYetPossible("claim " + namespace + "/" + claimName + " not found"));
    String volume = claim.getSpec().getVolumeName();
    if (volume == null || volume.isEmpty()) {
      throw new NotYetPossible("claim " + namespace + "/" + claimName + " is not bound");
    }
    return find(client.persistentVolumes().withName(volume))
        .orElseThrow(() -> new NotYetPossible("volume " + volume + " not found"));
  }

  @Override
  public byte[] token(Pod pod, @Nullable String audience, @Nullable Long expirationSeconds) {
    TokenRequestBuilder request =
        new TokenRequestBuilder()
            .withNewSpec()
            .withExpirationSeconds(expirationSeconds)
            .withNewBoundObjectRef(
                "v1", "Pod", pod.getMetadata().getName(), pod.getMetadata().getUid())
            .endSpec();
    if (audience != null && !audience.isEmpty()) {
      request.editSpec().addToAudiences(audience).endSpec();
    }
    TokenRequest answer =
        client
            .serviceAccounts()
            .inNamespace(pod.getMetadata().getNamespace())
            .withName(pod.getSpec().getServiceAccountName())
            .tokenRequest(request.build());
    return answer.getStatus().getToken().getBytes(StandardCharsets.UTF_8);
  }

  private static <T extends HasMetadata> Optional<T> find(Resource<T> resource) {
    return Optional.ofNullable(resource.get());
  }

  private static Map<String, byte[]> decoded(@Nullable Map<String, String> data) {
    Map<String, byte[]> contents = new TreeMap<>();
    orEmpty(data).forEach((key, text) -> contents.put(key, Base64.getDecoder().decode(text)));
    return contents;
  }

  private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
    return map == null ? Map.of() : map;
  }
}
