package dev.apq.study.transfer;

import dev.apq.worker.prediction.Quality;
import java.util.List;

/**
 * Quality of predictors on the held-out samples.
 *
 * @param labels per kind of labels
 */
public record TransferResult(List<Label> labels) {
  /** How a predictor came to be. */
  public enum Method {
    /** The full-precision predictor, fine-tuned on quantized samples. */
    TRANSFERRED("transferred"),
    /** The same network from random weights. */
    FROM_SCRATCH("from scratch"),
    /** The full-precision predictor as it is, blind to bits. */
    UNTOUCHED("untouched");

    private final String title;

    Method(String title) {
      this.title = title;
    }

    /** For tables and legends. */
    public String title() {
      return title;
    }
  }

  /**
   * One kind of labels.
   *
   * @param finetuneSteps optimizer steps before each sample was measured
   * @param noise how far the held-out measurements themselves can be trusted
   * @param cells one per split, number of samples and method
   */
  public record Label(int finetuneSteps, LabelNoise noise, List<Cell> cells) {
    /** Cells of a method at a number of samples, by split. */
    public List<Quality> of(Method method, int samples) {
      return cells.stream()
          .filter(cell -> cell.method() == method && cell.samples() == samples)
          .map(Cell::quality)
          .toList();
    }
  }

  /**
   * One predictor.
   *
   * @param split repetition, from 0
   * @param samples quantized samples it was fitted to
   * @param quality on the held-out samples
   */
  public record Cell(int split, int samples, Method method, Quality quality) {}
}
