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

  private final NetworkGradients[] members;
  private final int features;

  /** Gradients of a predictor. */
  public Gradients(Predictor predictor) {
    this.members =
        predictor.networks().stream().map(NetworkGradients::new).toArray(NetworkGradients[]::new);
    this.features =
        predictor.networks().get(0).architectureFeatures()
            + predictor.networks().get(0).bitFeatures();
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
    members[0].compute(hot, lengths, count, gradients);
    if (members.length > 1) {
      float[][] others = new float[count][features];
      for (int m = 1; m < members.length; m++) {
        members[m].compute(hot, lengths, count, others);
        for (int i = 0; i < count; i++) {
          Kernels.add(gradients[i], others[i], features);
        }
      }
      for (int i = 0; i < count; i++) {
        for (int f = 0; f < features; f++) {
          gradients[i][f] /= members.length;
        }
      }
    }
  }
}
