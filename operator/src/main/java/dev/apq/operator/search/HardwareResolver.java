package dev.apq.operator.search;

import dev.apq.api.v1alpha1.ConfigMapKey;
import dev.apq.api.v1alpha1.HardwareSource;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;
import dev.apq.core.cost.BitFusion;
import dev.apq.core.cost.HardwareProfile;
import dev.apq.core.cost.MeasuredTable;
import dev.apq.operator.status.Reasons;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Finds the cost model of the device that a search is for. */
@Singleton
public class HardwareResolver {
  private final KubernetesClient client;

  /** With the operator's client. */
  @Inject
  public HardwareResolver(KubernetesClient client) {
    this.client = client;
  }

  /**
   * The device.
   *
   * @throws UnusableException if the table is missing or malformed
   */
  Hardware resolve(String namespace, HardwareSource source) throws UnusableException {
    ConfigMapKey reference = source.configMapRef();
    if (reference == null) {
      HardwareProfile profile = HardwareProfile.bitfusion();
      return new Hardware(new BitFusion(profile), Json.bytes(profile));
    }
    byte[] table = table(namespace, reference).getBytes(StandardCharsets.UTF_8);
    try {
      return new Hardware(MeasuredTable.parse(table), table);
    } catch (InvalidArtifactException e) {
      throw new UnusableException(
          "ConfigMap " + reference.name() + ", key " + reference.key() + ": " + e.getMessage(),
          "correct the table",
          false);
    }
  }

  private String table(String namespace, ConfigMapKey reference) throws UnusableException {
    ConfigMap map = client.configMaps().inNamespace(namespace).withName(reference.name()).get();
    String table = map == null || map.getData() == null ? null : map.getData().get(reference.key());
    if (table == null) {
      throw new UnusableException(
          map == null
              ? "there is no ConfigMap " + reference.name() + " in this namespace"
              : "ConfigMap " + reference.name() + " has no key " + reference.key(),
          "create it, or name another in spec.hardware.configMapRef",
          true);
    }
    return table;
  }

  /** The device's table is missing or malformed. */
  static final class UnusableException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String remedy;
    private final boolean gone;

    UnusableException(String message, String remedy, boolean gone) {
      super(message);
      this.remedy = remedy;
      this.gone = gone;
    }

    /** Whether there is no table, as opposed to one that cannot be used. */
    boolean gone() {
      return gone;
    }

    SearchWorld.Problem problem() {
      @Nullable String message = getMessage();
      return new SearchWorld.Problem(
          Reasons.HARDWARE_UNUSABLE, String.valueOf(message), remedy, false);
    }
  }
}
