package dev.apq.worker.stage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.VerifyReport;
import dev.apq.core.contract.VerifySpec;
import dev.apq.core.cost.BitFusion;
import dev.apq.core.cost.CostModel;
import dev.apq.core.cost.HardwareModel;
import dev.apq.core.cost.HardwareProfile;
import dev.apq.core.cost.LayerSet;
import dev.apq.core.cost.Metric;
import dev.apq.core.policy.Architecture;
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
import java.util.Arrays;
import java.util.Objects;

/**
 * Freezes the chosen network, measures on the test images what was frozen, and writes it for other
 * runtimes. In this order, so that what the status reports is the accuracy of the file.
 */
final class ModelExport {
  private static final HardwareModel HARDWARE = new BitFusion(HardwareProfile.bitfusion());

  private final StageContext context;
  private final Dataset dataset;
  private final SubnetMeter meter;
  private final int images;

  /**
   * @param meter calibrates
   * @param images test images, at most
   */
  ModelExport(StageContext context, Dataset dataset, SubnetMeter meter, int images) {
    this.context = context;
    this.dataset = dataset;
    this.meter = meter;
    this.images = Math.min(images, dataset.test().count());
  }

  /**
   * Writes {@link ExportedModel#FILES} into the stage's folder.
   *
   * @param validation of the network, by which it was chosen
   * @param manager owner of native memory while this runs
   * @return right answers on the test images
   * @throws StageException if no runtime computes what was measured
   */
  VerifyReport.Measurement write(
      TunedNetwork tuned,
      VerifySpec.Candidate candidate,
      VerifyReport.Measurement validation,
      NDManager manager)
      throws IOException {
    SearchSpace space = context.spec().space();
    Policy policy = candidate.policy();
    Architecture architecture = policy.architecture();
    FakeQuantization quantizers =
        tuned.quantizers(policy, context.spec().quantization().quantizer());
    try (NDManager scope = manager.newSubManager()) {
      ElasticNetwork network = tuned.network(space, scope);
      Normalizer.Recording recording =
          meter.statistics(network, architecture, quantizers.frozen(), scope);
      FrozenNetwork frozen = FrozenNetwork.of(network, architecture, quantizers, recording);
      Normalizer statistics = recording.frozen();
      int correct =
          meter.correct(
              network, architecture, quantizers.frozen(), statistics, dataset.test(), images);
      ExportedModel.write(
          frozen,
          card(candidate, validation, correct),
          dataset,
          images,
          batch -> logits(network, architecture, quantizers, statistics, batch),
          folder());
      return new VerifyReport.Measurement(correct, images);
    } catch (ExportException e) {
      throw new StageException(
          ExitCode.BAD_SPEC,
          Objects.requireNonNullElse(e.getMessage(), "the network cannot be exported"),
          e.remedy(),
          e);
    }
  }

  private Path folder() {
    return context.folder();
  }

  private static float[] logits(
      ElasticNetwork network,
      Architecture architecture,
      FakeQuantization quantizers,
      Normalizer statistics,
      Batch batch) {
    try (NDManager scope = network.parameters().scope()) {
      NDArray input = SupernetTraining.images(batch, scope);
      return network.logits(architecture, input, quantizers.frozen(), statistics).toFloatArray();
    }
  }

  private ModelCard card(
      VerifySpec.Candidate candidate, VerifyReport.Measurement validation, int correct) {
    SearchSpace space = context.spec().space();
    CostModel costs = new CostModel(space, HARDWARE, LayerSet.COMPLETE);
    return new ModelCard(
        space.name(),
        space,
        candidate.policy(),
        dataset.normalization(),
        candidate.predictedAccuracy(),
        new Proportion(validation.correct(), validation.images()),
        new Proportion(correct, images),
        Arrays.stream(Metric.values())
            .map(
                metric -> new ModelCard.Cost(metric, costs.value(candidate.policy(), metric), null))
            .toList(),
        HARDWARE);
  }
}
