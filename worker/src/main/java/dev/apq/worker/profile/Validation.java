package dev.apq.worker.profile;

import dev.apq.core.cost.CostModel;
import dev.apq.core.cost.Metric;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Sampler;
import dev.apq.core.random.RandomStream;
import dev.apq.worker.export.FrozenNetwork;
import dev.apq.worker.export.OnnxModel;
import dev.apq.worker.export.OnnxSession;
import dev.apq.worker.export.RandomNetwork;
import dev.apq.worker.prediction.Quality;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Predicted beside measured latency of whole networks.
 *
 * @param networks each one
 * @param kendallTau rank correlation of the two, -1..1
 * @param meanRelativeError mean of |predicted - measured| / measured
 * @param meanBias mean of (predicted - measured) / measured
 */
record Validation(
    List<Network> networks, double kendallTau, double meanRelativeError, double meanBias) {
  private static final int ROUNDS = 5;
  private static final double MICROS_PER_MILLI = 1e3;

  /**
   * A network.
   *
   * @param policyDigest of its policy
   * @param predictedMs sum of the table's entries
   * @param measuredMs median over all runs
   * @param iqrMs distance between the quartiles of the runs
   */
  record Network(String policyDigest, double predictedMs, double measuredMs, double iqrMs) {}

  /**
   * Measures random members of a space with random bit widths. They take turns, so that what else
   * runs on the machine slows all alike.
   *
   * @param count how many, at least 2
   * @param seconds for the runs of all
   */
  static Validation measure(
      CostModel costs, int count, int threads, double seconds, RandomStream random) {
    List<Policy> policies = new ArrayList<>();
    List<NetworkTimer.Runs> networks = new ArrayList<>();
    List<List<Double>> micros = new ArrayList<>();
    try {
      Sampler sampler = new Sampler(costs.space());
      for (int i = 0; i < count; i++) {
        Policy policy = sampler.quantized(random.at(i));
        FrozenNetwork network = RandomNetwork.of(costs.space(), policy, random.at(i));
        byte[] model = OnnxModel.bytes(network, Map.of());
        policies.add(policy);
        networks.add(new NetworkTimer.Runs(network, OnnxSession.load(model, threads)));
        micros.add(new ArrayList<>());
      }
      double share = seconds * 1e6 / count / ROUNDS;
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < count; i++) {
          micros.get(i).addAll(networks.get(i).micros(networks.get(i).fitting(share)));
        }
      }
    } finally {
      networks.forEach(network -> network.session().close());
    }
    List<Network> measured = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Statistics statistics = Statistics.of(micros.get(i));
      measured.add(
          new Network(
              policies.get(i).digest(),
              costs.value(policies.get(i), Metric.LATENCY),
              statistics.median() / MICROS_PER_MILLI,
              statistics.iqr() / MICROS_PER_MILLI));
    }
    return of(measured);
  }

  static Validation of(List<Network> networks) {
    float[] predicted = new float[networks.size()];
    float[] measured = new float[networks.size()];
    double error = 0;
    double bias = 0;
    for (int i = 0; i < predicted.length; i++) {
      Network network = networks.get(i);
      predicted[i] = (float) network.predictedMs();
      measured[i] = (float) network.measuredMs();
      double relative = network.predictedMs() / network.measuredMs() - 1;
      error += Math.abs(relative) / predicted.length;
      bias += relative / predicted.length;
    }
    double tau = Quality.of(predicted, measured).kendallTau();
    return new Validation(List.copyOf(networks), tau, error, bias);
  }
}
