package dev.apq.operator.config;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.kubernetes.client.KubernetesClientObjectMapperCustomizer;
import jakarta.inject.Singleton;

/**
 * Reads resources of a newer schema: an upgrade brings the CRDs before the operator, a downgrade
 * leaves them, and defaults put their new fields into every resource. By default the client gives
 * up the watch over a field that it does not know.
 */
@Singleton
public final class NewerResources implements KubernetesClientObjectMapperCustomizer {
  @Override
  public void customize(ObjectMapper mapper) {
    mapper.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  }
}
