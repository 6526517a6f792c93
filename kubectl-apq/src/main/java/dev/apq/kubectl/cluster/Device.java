package dev.apq.kubectl.cluster;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.ConfigMapKey;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.cost.BitFusion;
import dev.apq.core.cost.CostModel;
import dev.apq.core.cost.HardwareModel;
import dev.apq.core.cost.HardwareProfile;
import dev.apq.core.cost.LayerSet;
import dev.apq.core.cost.MeasuredTable;
import dev.apq.core.space.SearchSpace;
import dev.apq.kubectl.error.ExitStatus;
import dev.apq.kubectl.error.PluginException;
import org.jspecify.annotations.Nullable;

/** The cost model of a search's target, made from what the search names. */
public final class Device {
  private Device() {}

  /**
   * The model that the operator prices with.
   *
   * @throws PluginException if the search has no supernet yet or something it names is missing
   * @throws InvalidArtifactException if the measured table or the space is malformed
   */
  public static CostModel of(ApqSearch search, Searches searches) throws InvalidArtifactException {
    var status = search.getStatus();
    if (status == null || status.supernet() == null) {
      throw new PluginException(
          ExitStatus.NOT_FINISHED,
          "the search has not found its supernet yet",
          "wait for it: kubectl apq top --watch");
    }
    SupernetTraining training = searches.training(status.supernet().name());
    SearchSpace space = searches.space(training);
    LayerSet layers = LayerSet.valueOf(search.getSpec().hardware().layers().name());
    return new CostModel(
        space, hardware(search.getSpec().hardware().configMapRef(), searches), layers);
  }

  private static HardwareModel hardware(@Nullable ConfigMapKey table, Searches searches)
      throws InvalidArtifactException {
    return table == null
        ? new BitFusion(HardwareProfile.bitfusion())
        : MeasuredTable.parse(searches.bytes(table.name(), table.key()));
  }
}
