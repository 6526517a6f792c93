package dev.apq.operator;

import dev.apq.operator.status.StatusWriter;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.quarkus.test.Mock;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Writes a status by update: the mock API server knows no server-side apply. */
@Mock
@Singleton
public class UpdatedStatus implements StatusWriter {
  @Inject KubernetesClient client;

  @Override
  @SuppressWarnings("unchecked")
  public <S, T, R extends CustomResource<S, T>> Result write(R resource, T status) {
    if (status.equals(resource.getStatus())) {
      return Result.UNCHANGED;
    }
    R copy = (R) Serialization.clone(resource);
    copy.setStatus(status);
    copy.getMetadata().setResourceVersion(null);
    client.resource(copy).updateStatus();
    return Result.WRITTEN;
  }
}
