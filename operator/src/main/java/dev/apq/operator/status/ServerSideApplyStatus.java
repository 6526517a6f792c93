package dev.apq.operator.status;

import dev.apq.operator.config.Tenure;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.DefaultBean;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.HttpURLConnection;
import java.util.Objects;

/**
 * Writes the status by server-side apply through the client, under a field manager of its own.
 *
 * <p>Not through JOSDK's {@code UpdateControl}: up to 5.4 its filter for own events can swallow a
 * specification change that arrives while a status is being patched (java-operator-sdk#3398).
 */
@Singleton
@DefaultBean
public class ServerSideApplyStatus implements StatusWriter {
  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager("apq-operator-status")
          .withForce(true)
          .build();

  private static final int ATTEMPTS = 5;

  private final KubernetesClient client;
  private final MeterRegistry metrics;
  private final Tenure tenure;

  /** With the operator's client, and with what says whether it still leads. */
  @Inject
  public ServerSideApplyStatus(KubernetesClient client, MeterRegistry metrics, Tenure tenure) {
    this.client = client;
    this.metrics = metrics;
    this.tenure = tenure;
  }

  @Override
  public <S, T, R extends CustomResource<S, T>> Result write(R resource, T status) {
    if (status.equals(resource.getStatus())) {
      return Result.UNCHANGED;
    }
    if (!tenure.holds()) {
      return Result.OUTDATED;
    }
    R patch = bare(resource);
    patch.setStatus(status);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        client.resource(patch).subresource("status").patch(APPLY);
        metrics.counter("apq.status.writes", "kind", resource.getKind()).increment();
        return Result.WRITTEN;
      } catch (KubernetesClientException e) {
        if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
          return Result.UNCHANGED; // deleted meanwhile: nobody is left to be told
        }
        if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
          throw e;
        }
      }
      R live = client.resource(resource).get();
      if (live == null || !saysTheSame(live, resource)) {
        return Result.OUTDATED;
      }
      patch.getMetadata().setResourceVersion(live.getMetadata().getResourceVersion());
    }
    return Result.OUTDATED;
  }

  /** Whether whatever changed, labels for example, has nothing to do with the status. */
  private static <S, T, R extends CustomResource<S, T>> boolean saysTheSame(R live, R seen) {
    return Objects.equals(live.getMetadata().getUid(), seen.getMetadata().getUid())
        && Objects.equals(live.getMetadata().getGeneration(), seen.getMetadata().getGeneration())
        && Objects.equals(live.getStatus(), seen.getStatus());
  }

  // Identity and status only: applying a field makes its applier an owner. The UID makes the
  // server refuse the status of a deleted resource for its successor of the same name, the
  // resource version what was concluded from less than another instance has told since.
  @SuppressWarnings("unchecked")
  private static <R extends CustomResource<?, ?>> R bare(R resource) {
    R copy = (R) Serialization.clone(resource);
    copy.setSpec(null);
    copy.setMetadata(
        new ObjectMetaBuilder()
            .withName(resource.getMetadata().getName())
            .withNamespace(resource.getMetadata().getNamespace())
            .withUid(resource.getMetadata().getUid())
            .withResourceVersion(resource.getMetadata().getResourceVersion())
            .build());
    return copy;
  }
}
