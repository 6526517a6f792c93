package dev.apq.kubectl.cluster;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.kubectl.error.ExitStatus;
import dev.apq.kubectl.error.PluginException;
import dev.apq.kubectl.transfer.Worker;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the workers of a resource run. */
public final class Workers {
  private static final String RESOURCE = "apq.dev/resource";

  private Workers() {}

  /**
   * As the Jobs of a search or of its supernet say.
   *
   * @param image image to use in place of theirs; the Jobs are not asked for then
   * @throws PluginException if there is no such Job any more and no image
   */
  public static Worker of(ApqSearch search, Connection connection, @Nullable String image) {
    var status = search.getStatus();
    String supernet =
        status == null || status.supernet() == null
            ? search.getMetadata().getName()
            : status.supernet().name();
    return of(connection, List.of(search.getMetadata().getName(), supernet), image);
  }

  /** As the Jobs of a training say; see {@link #of(ApqSearch, Connection, String)}. */
  public static Worker of(
      SupernetTraining training, Connection connection, @Nullable String image) {
    return of(connection, List.of(training.getMetadata().getName()), image);
  }

  private static Worker of(Connection connection, List<String> names, @Nullable String image) {
    if (image != null) {
      return Worker.ofImage(image);
    }
    List<Job> jobs =
        connection
            .client()
            .batch()
            .v1()
            .jobs()
            .inNamespace(connection.namespace())
            .withLabelIn(RESOURCE, names.toArray(String[]::new))
            .list()
            .getItems();
    return Worker.ofNewest(jobs)
        .orElseThrow(
            () ->
                new PluginException(
                    ExitStatus.NOT_FOUND,
                    "no Job of "
                        + String.join(" or ", names)
                        + " is left to tell the worker's image",
                    "name it with --image; helm get values shows which one the operator uses"));
  }
}
