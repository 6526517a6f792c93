package dev.apq.local.node;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The objects that a Pod refers to. */
interface PodObjects {
  /** Keys and contents of a ConfigMap; empty when there is none. */
  Optional<Map<String, byte[]>> configMap(String namespace, String name);

  /** Keys and contents of a Secret; empty when there is none. */
  Optional<Map<String, byte[]>> secret(String namespace, String name);

  /**
   * The volume bound to a claim.
   *
   * @throws NotYetPossible when there is none yet
   */
  PersistentVolume volumeOf(String namespace, String claimName);

  /** A token for the Pod's service account, bound to the Pod. */
  byte[] token(Pod pod, @Nullable String audience, @Nullable Long expirationSeconds);
}
