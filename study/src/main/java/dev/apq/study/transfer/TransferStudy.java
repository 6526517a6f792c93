package dev.apq.study.transfer;

import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.contract.Sample;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.core.random.RandomStream;
import dev.apq.study.supernet.TrainedSupernet;
import dev.apq.study.transfer.TransferResult.Cell;
import dev.apq.study.transfer.TransferResult.Label;
import dev.apq.study.transfer.TransferResult.Method;
import dev.apq.study.work.WorkFolder;
import dev.apq.worker.prediction.Quality;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Measures how many quantized samples the transfer of the predictor saves (APQ, section 3.2). */
public final class TransferStudy {
  private static final long FITS = 1_000;
  private static final long NOISE = 1_001;

  private final WorkerSpec spec;
  private final TransferPlan plan;
  private final WorkFolder work;
  private final String supernet;
  private final List<Sample> fullPrecision;
  private final Map<Integer, Map<String, FloatTensor>> fitted = new HashMap<>();

  /**
   * @param supernet identity of the supernet behind all samples
   * @param fullPrecision full-precision samples
   */
  public TransferStudy(
      WorkerSpec spec,
      TransferPlan plan,
      WorkFolder work,
      String supernet,
      List<Sample> fullPrecision) {
    this.spec = spec;
    this.plan = plan;
    this.work = work;
    this.supernet = supernet;
    this.fullPrecision = fullPrecision;
  }

  private record Qualities(Quality transferred, Quality fromScratch, Quality untouched) {}

  /**
   * Measures one kind of labels.
   *
   * @param finetuneSteps optimizer steps behind each label
   * @param samples all quantized samples with these labels
   * @param measuring opens the supernet, for the second measurement
   */
  public Label measure(
      int finetuneSteps, List<Sample> samples, Supplier<TrainedSupernet> measuring) {
    int pool = samples.size() - plan.heldOut();
    List<Sample> heldOut = samples.subList(pool, samples.size());
    LabelNoise noise = noise(finetuneSteps, heldOut, measuring);
    work.part(
        "transfer, labels after " + finetuneSteps + " steps",
        plan.splits() * plan.sampleSizes().size());
    List<Cell> cells = new ArrayList<>();
    for (int split = 0; split < plan.splits(); split++) {
      for (int size : plan.sampleSizes()) {
        Qualities qualities = cell(finetuneSteps, split, size, samples.subList(0, pool), heldOut);
        cells.add(new Cell(split, size, Method.TRANSFERRED, qualities.transferred()));
        cells.add(new Cell(split, size, Method.FROM_SCRATCH, qualities.fromScratch()));
        cells.add(new Cell(split, size, Method.UNTOUCHED, qualities.untouched()));
      }
    }
    return new Label(finetuneSteps, noise, cells);
  }

  private Qualities cell(
      int finetuneSteps, int split, int size, List<Sample> pool, List<Sample> heldOut) {
    Predictors predictors =
        new Predictors(spec.space(), spec.predictor(), RandomStream.of(spec.seed(), FITS, split));
    List<Object> inputs =
        List.of(
            supernet,
            spec.seed(),
            spec.predictor(),
            spec.collection(),
            spec.quantization(),
            heldOut.size(),
            size,
            split,
            finetuneSteps);
    String name = "transfer/labels-" + finetuneSteps + "/split-" + split + "-samples-" + size;
    return work.unit(
            name,
            inputs,
            Qualities.class,
            () -> {
              Map<String, FloatTensor> start =
                  fitted.computeIfAbsent(split, s -> predictors.fullPrecision(fullPrecision));
              List<Sample> chosen = predictors.choose(pool, size);
              return new Qualities(
                  predictors.judge(predictors.transferred(start, chosen), heldOut),
                  predictors.judge(predictors.fromScratch(chosen), heldOut),
                  predictors.judge(predictors.untouched(start), heldOut));
            })
        .value();
  }

  /** Measures the held-out networks once more, on other images. */
  private LabelNoise noise(
      int finetuneSteps, List<Sample> heldOut, Supplier<TrainedSupernet> measuring) {
    work.part("label noise, " + finetuneSteps + " steps", heldOut.size());
    double[] second = new double[heldOut.size()];
    for (int i = 0; i < second.length; i++) {
      Sample sample = heldOut.get(i);
      RandomStream random = RandomStream.of(spec.seed(), NOISE, sample.index());
      second[i] =
          work.unit(
                  "noise/labels-" + finetuneSteps + "/sample-" + sample.index(),
                  List.of(
                      supernet,
                      spec.seed(),
                      spec.collection(),
                      spec.quantization(),
                      sample.policy()),
                  Double.class,
                  () -> measuring.get().testAccuracy(sample.policy(), finetuneSteps, random))
              .value();
    }
    return LabelNoise.of(heldOut, second);
  }
}
