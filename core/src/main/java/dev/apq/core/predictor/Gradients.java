package dev.apq.core.predictor;

/**
 * First-order effects of features on the predicted accuracy: the gradient with respect to the
 * one-hot input. The difference between two features of a choice estimates what changing the choice
 * would do, for all choices at once and for about the price of {@value #PREDICTIONS} predictions.
 * Not thread-safe.
 */
public final class Gradients {
  /** What a gradient costs, in predictions. */
  public static final int PREDICTIONS = 3;

  private final Predictor predictor;
  private final Predictor.FirstLayer first;
  private final Activations firstGate;
  private final Activations one;
  private final Activations secondGate;
  private final Activations thirdGate;
  private final Activations back;
  private final Activations architecture;
  private final Activations bits;
  private final float[] architectureRow;
  private final float[] bitRow;

  /** Gradients of a predictor. */
  public Gradients(Predictor predictor) {
    this.predictor = predictor;
    int hidden = predictor.hiddenSize();
    this.first = predictor.new FirstLayer();
    this.firstGate = activations(hidden);
    this.one = activations(hidden);
    this.secondGate = activations(hidden);
    this.thirdGate = activations(hidden);
    this.back = activations(hidden);
    int features = predictor.encoding().architectureFeatures();
    int bitFeatures = predictor.quantized() ? predictor.encoding().bitFeatures() : 0;
    this.architecture = activations(features);
    this.bits = activations(bitFeatures);
    this.architectureRow = new float[features];
    this.bitRow = new float[bitFeatures];
  }

  private static Activations activations(int units) {
    return new Activations(units, Predictor.CHUNK);
  }

  /**
   * Computes gradients of a batch.
   *
   * @param hot per policy, the ascending indices of the features that are 1
   * @param lengths per policy, how many entries of {@code hot} count
   * @param count number of policies
   * @param gradients per policy, receives the effect of each feature
   */
  public void compute(int[][] hot, int[] lengths, int count, float[][] gradients) {
    for (int from = 0; from < count; from += Predictor.CHUNK) {
      int samples = Math.min(Predictor.CHUNK, count - from);
      int groups = (samples + Kernels.SAMPLES - 1) / Kernels.SAMPLES;
      forward(hot, lengths, from, samples, groups);
      backward(samples, groups);
      for (int s = 0; s < samples; s++) {
        architecture.get(s, architectureRow);
        bits.get(s, bitRow);
        float[] gradient = gradients[from + s];
        System.arraycopy(architectureRow, 0, gradient, 0, architectureRow.length);
        System.arraycopy(bitRow, 0, gradient, architectureRow.length, bitRow.length);
      }
    }
  }

  private void forward(int[][] hot, int[] lengths, int from, int samples, int groups) {
    for (int s = 0; s < samples; s++) {
      first.apply(hot[from + s], lengths[from + s]);
      firstGate.set(s, first.architectureTerm);
      one.set(s, first.sum());
    }
    predictor.second.apply(one, secondGate, groups);
    secondGate.relu(groups);
    predictor.third.apply(secondGate, thirdGate, groups);
  }

  private void backward(int samples, int groups) {
    for (int s = 0; s < samples; s++) {
      back.set(s, predictor.outputWeights);
    }
    back.gate(thirdGate, groups);
    predictor.thirdBack.apply(back, one, groups);
    one.gate(secondGate, groups);
    predictor.secondBack.apply(one, back, groups);
    if (predictor.bitsBack != null) {
      predictor.bitsBack.apply(back, bits, groups);
    }
    back.gate(firstGate, groups);
    predictor.architectureBack.apply(back, architecture, groups);
  }
}
