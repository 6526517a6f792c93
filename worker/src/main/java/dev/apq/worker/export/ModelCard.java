package dev.apq.worker.export;

import dev.apq.core.cost.HardwareModel;
import dev.apq.core.cost.Metric;
import dev.apq.core.policy.Policy;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.data.Normalization;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the files of an export say about a network, besides the network.
 *
 * @param title of the report, for example the name of the search
 * @param space the policy's search space
 * @param policy with bit widths
 * @param normalization from bytes to the network's input
 * @param predicted accuracy as the predictor had it, 0..1; null if there was no prediction
 * @param validation accuracy on the images by which the policy was chosen
 * @param test accuracy on images that nothing before has seen
 * @param costs of the policy, with limits where the search had them
 * @param hardware for the share of each layer in the latency
 */
public record ModelCard(
    String title,
    SearchSpace space,
    Policy policy,
    Normalization normalization,
    @Nullable Double predicted,
    Proportion validation,
    Proportion test,
    List<Cost> costs,
    HardwareModel hardware) {

  /**
   * A cost and its limit.
   *
   * @param value in the metric's unit
   * @param limit greatest value that the search allowed; null if it had no limit
   */
  public record Cost(Metric metric, double value, @Nullable Double limit) {}

  /** Copies the costs. */
  public ModelCard {
    costs = List.copyOf(costs);
  }

  /** What a deployer must know, for the metadata of the model's files. */
  Map<String, String> metadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("apq.policy", new String(policy.canonicalJson(), StandardCharsets.UTF_8));
    metadata.put("apq.policy.digest", policy.digest());
    metadata.put("apq.classes", String.valueOf(space.classes()));
    metadata.put("apq.input.mean", numbers(normalization.mean()));
    metadata.put("apq.input.deviation", numbers(normalization.deviation()));
    metadata.put(
        "apq.input",
        "per channel (byte - mean) / deviation, where a byte is a pixel's value in 0..255");
    metadata.put("apq.accuracy.test", test.correct() + "/" + test.images());
    return metadata;
  }

  private static String numbers(float[] values) {
    return IntStream.range(0, values.length)
        .mapToObj(i -> Decimals.exact(values[i]))
        .collect(Collectors.joining(","));
  }
}
