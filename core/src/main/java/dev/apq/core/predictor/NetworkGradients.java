package dev.apq.core.predictor;

/** Gradients of one {@link Network}. Not thread-safe. */
final class NetworkGradients {
  private final Network network;
  private final Network.FirstLayer first;
  private final Activations firstGate;
  private final Activations one;
  private final Activations secondGate;
  private final Activations thirdGate;
  private final Activations back;
  private final Activations architecture;
  private final Activations bits;
  private final float[] architectureRow;
  private final float[] bitRow;

  NetworkGradients(Network network) {
    this.network = network;
    int hidden = network.hiddenSize();
    this.first = network.new FirstLayer();
    this.firstGate = activations(hidden);
    this.one = activations(hidden);
    this.secondGate = activations(hidden);
    this.thirdGate = activations(hidden);
    this.back = activations(hidden);
    int features = network.architectureFeatures();
    int bitFeatures = network.bitFeatures();
    this.architecture = activations(features);
    this.bits = activations(bitFeatures);
    this.architectureRow = new float[features];
    this.bitRow = new float[bitFeatures];
  }

  private static Activations activations(int units) {
    return new Activations(units, Network.CHUNK);
  }

  /** As {@link Gradients#compute}. */
  void compute(int[][] hot, int[] lengths, int count, float[][] gradients) {
    for (int from = 0; from < count; from += Network.CHUNK) {
      int samples = Math.min(Network.CHUNK, count - from);
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
    network.second.apply(one, secondGate, groups);
    secondGate.relu(groups);
    network.third.apply(secondGate, thirdGate, groups);
  }

  private void backward(int samples, int groups) {
    for (int s = 0; s < samples; s++) {
      back.set(s, network.outputWeights);
    }
    back.gate(thirdGate, groups);
    network.thirdBack.apply(back, one, groups);
    one.gate(secondGate, groups);
    network.secondBack.apply(one, back, groups);
    if (network.bitsBack != null) {
      network.bitsBack.apply(back, bits, groups);
    }
    back.gate(firstGate, groups);
    network.architectureBack.apply(back, architecture, groups);
  }
}
