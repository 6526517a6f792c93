package dev.apq.worker.stage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.apq.core.contract.VerifyReport;
import dev.apq.core.contract.VerifySpec;
import dev.apq.core.cost.BitFusion;
import dev.apq.core.cost.CostModel;
import dev.apq.core.cost.HardwareModel;
import dev.apq.core.cost.HardwareProfile;
import dev.apq.core.cost.LayerSet;
import dev.apq.core.cost.Metric;
import dev.apq.core.policy.Policy;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.data.Batch;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.export.ExportException;
import dev.apq.worker.export.ExportedModel;
import dev.apq.worker.export.FrozenNetwork;
import dev.apq.worker.export.ModelCard;
import dev.apq.worker.export.Proportion;
import dev.apq.worker.quantization.FakeQuantization;
import dev.apq.worker.supernet.ElasticNetwork;
import dev.apq.worker.supernet.Normalizer;
import dev.apq.worker.supernet.SubnetMeter;
import dev.apq.worker.supernet.SupernetTraining;
import dev.apq.worker.verification.TunedNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Measures the chosen policy of a verification on the test images, and writes it for others to run.
 * The network is frozen first, so that the two are the same.
 */
final class ModelExport {
  private static final int LONGEST = 500;

  private final StageContext context;
  private final Dataset dataset;
  private final SubnetMeter meter;
  private final Writer writer;

  /** Checks and writes the files of a network, as {@link ExportedModel#write} does. */
  @FunctionalInterface
  interface Writer {
    /**
     * @throws ExportException if the runtime cannot run the network
     */
    ExportedModel write(
        FrozenNetwork network,
        ModelCard card,
        Dataset dataset,
        int images,
        ExportedModel.Reference reference,
        Path folder)
        throws IOException;
  }

  ModelExport(StageContext context, Dataset dataset, SubnetMeter meter) {
    this(context, dataset, meter, ExportedModel::write);
  }

  ModelExport(StageContext context, Dataset dataset, SubnetMeter meter, Writer writer) {
    this.writer = writer;
    this.context = context;
    this.dataset = dataset;
    this.meter = meter;
  }

  /**
   * What came out.
   *
   * @param test accuracy on the test images
   * @param model what was written; null if the network could not be exported
   * @param problem why not; empty if it could
   */
  record Result(VerifyReport.Measurement test, @Nullable ExportedModel model, String problem) {
    /** The files beside the measurements. */
    List<String> files() {
      return model == null ? List.of() : ExportedModel.FILES;
    }
  }

  /**
   * Measures and writes.
   *
   * @param chosen as it was measured on the validation images
   */
  Result run(
      VerifySpec verify,
      Policy policy,
      TunedNetwork tuned,
      VerifyReport.Candidate chosen,
      NDManager manager)
      throws IOException {
    try (NDManager scope = manager.newSubManager()) {
      ElasticNetwork network = tuned.network(context.spec().space(), scope);
      FakeQuantization quantizers =
          tuned.quantizers(policy, context.spec().quantization().quantizer());
      Normalizer.Recording statistics =
          meter.statistics(network, policy.architecture(), quantizers.frozen(), scope);
      FrozenNetwork frozen =
          FrozenNetwork.of(network, policy.architecture(), quantizers, statistics);
      int images = Math.min(verify.evaluationImages(), dataset.test().count());
      int correct =
          meter.correct(
              network,
              policy.architecture(),
              quantizers.frozen(),
              statistics.frozen(),
              dataset.test(),
              images);
      VerifyReport.Measurement test = new VerifyReport.Measurement(correct, images);
      ExportedModel.Reference reference =
          batch -> logits(network, policy, quantizers, statistics, batch);
      ModelCard card = card(policy, chosen, test);
      Path folder = context.folder();
      try {
        return new Result(test, writer.write(frozen, card, dataset, images, reference, folder), "");
      } catch (ExportException e) {
        String problem = e.getMessage() + "; " + e.remedy();
        return new Result(test, null, problem.substring(0, Math.min(LONGEST, problem.length())));
      }
    }
  }

  private static float[] logits(
      ElasticNetwork network,
      Policy policy,
      FakeQuantization quantizers,
      Normalizer.Recording statistics,
      Batch batch) {
    try (NDManager scope = network.parameters().scope()) {
      NDArray images = SupernetTraining.images(batch, scope);
      return network
          .logits(policy.architecture(), images, quantizers.frozen(), statistics.frozen())
          .toFloatArray();
    }
  }

  private ModelCard card(
      Policy policy, VerifyReport.Candidate chosen, VerifyReport.Measurement test) {
    SearchSpace space = context.spec().space();
    HardwareModel hardware = new BitFusion(HardwareProfile.bitfusion());
    CostModel costs = new CostModel(space, hardware, LayerSet.COMPLETE);
    return new ModelCard(
        "A network of search space " + space.name(),
        space,
        policy,
        dataset.normalization(),
        chosen.predictedAccuracy(),
        proportion(Objects.requireNonNull(chosen.validation())),
        proportion(test),
        Stream.of(Metric.values())
            .map(metric -> new ModelCard.Cost(metric, costs.value(policy, metric), null))
            .toList(),
        hardware);
  }

  private static Proportion proportion(VerifyReport.Measurement measurement) {
    return new Proportion(measurement.correct(), measurement.images());
  }
}
