package dev.apq.local.environment;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A folder of this machine as a PersistentVolume, bound to a claim of one namespace.
 *
 * @param claim name of the claim
 * @param folder what it holds
 */
public record ArtifactVolume(String claim, Path folder) {
  /** Claim under which worker Pods find the artifact store. */
  public static final String ARTIFACTS_CLAIM = "apq-artifacts";

  private static final Duration BIND_TIMEOUT = Duration.ofSeconds(60);
  // Only for the books: nothing on this machine enforces a volume's size.
  private static final Map<String, Quantity> SIZE = Map.of("storage", new Quantity("100Gi"));

  /** Creates volume and claim in {@code namespace} and waits until they are bound. */
  public void provide(KubernetesClient client, String namespace) {
    String volumeName = namespace + "-" + claim;
    PersistentVolume volume =
        new PersistentVolumeBuilder()
            .withNewMetadata()
            .withName(volumeName)
            .endMetadata()
            .withNewSpec()
            .withCapacity(SIZE)
            .withAccessModes("ReadWriteMany")
            .withPersistentVolumeReclaimPolicy("Retain")
            .withStorageClassName("")
            .withNewHostPath(folder.toString(), "DirectoryOrCreate")
            .withNewClaimRef()
            .withApiVersion("v1")
            .withKind("PersistentVolumeClaim")
            .withNamespace(namespace)
            .withName(claim)
            .endClaimRef()
            .endSpec()
            .build();
    PersistentVolumeClaim wanted =
        new PersistentVolumeClaimBuilder()
            .withNewMetadata()
            .withName(claim)
            .withNamespace(namespace)
            .endMetadata()
            .withNewSpec()
            .withAccessModes("ReadWriteMany")
            .withStorageClassName("")
            .withVolumeName(volumeName)
            .withNewResources()
            .withRequests(SIZE)
            .endResources()
            .endSpec()
            .build();
    if (client.resource(volume).get() == null) {
      client.resource(volume).create();
    }
    if (client.resource(wanted).get() == null) {
      client.resource(wanted).create();
    }
    client
        .resource(wanted)
        .waitUntilCondition(
            found ->
                found != null
                    && found.getStatus() != null
                    && "Bound".equals(found.getStatus().getPhase()),
            BIND_TIMEOUT.toSeconds(),
            TimeUnit.SECONDS);
  }
}
