package dev.apq.local.cli;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.BestPolicy;
import dev.apq.api.v1alpha1.BitWidths;
import dev.apq.api.v1alpha1.SupernetTraining;
import java.util.Objects;
import java.util.stream.Collectors;

/** The last lines of the demo, for people. */
final class DemoReport {
  private DemoReport() {}

  /** The best policy of a search, one property a line. */
  static String policy(ApqSearch search) {
    BestPolicy best =
        Objects.requireNonNull(
            Objects.requireNonNull(search.getStatus(), "status").best(),
            "a finished search has a policy");
    BitWidths pointwise = best.quantization().pointwise();
    BitWidths depthwise = best.quantization().depthwise();
    String costs =
        best.costs().stream()
            .map(
                cost ->
                    cost.metric()
                        + " "
                        + cost.value()
                        + " "
                        + cost.unit()
                        + (cost.max() == null ? "" : " (limit " + cost.max() + ")"))
            .collect(Collectors.joining(", "));
    return """
    Best policy of %s
      accuracy                 %s (%s)
      costs                    %s
      depths                   %s
      kernel sizes             %s
      channels                 %s
      pointwise weight bits    %s
      pointwise activation     %s
      depthwise weight bits    %s
      depthwise activation     %s
      digest                   %s"""
        .formatted(
            search.getMetadata().getName(),
            best.accuracy(),
            best.accuracySource().toString().toLowerCase(java.util.Locale.ROOT),
            costs,
            best.architecture().depths(),
            best.architecture().kernelSizes(),
            best.pruning().channels(),
            pointwise.weightBits(),
            pointwise.activationBits(),
            depthwise.weightBits(),
            depthwise.activationBits(),
            best.digest());
  }

  /** How far the supernet and its predictor can be trusted. */
  static String supernet(SupernetTraining training) {
    var status = Objects.requireNonNull(training.getStatus(), "status");
    StringBuilder text = new StringBuilder("Supernet " + training.getMetadata().getName());
    if (status.supernet() != null) {
      text.append(
          Boolean.TRUE.equals(status.supernet().healthy())
              ? "\n  healthy"
              : "\n  UNHEALTHY: " + status.supernet().problems());
      text.append(", accuracy of the largest subnet ").append(status.supernet().largestAccuracy());
      text.append(", spread of random subnets ").append(status.supernet().randomSpread());
    }
    if (status.predictor() != null && status.predictor().quantized() != null) {
      text.append("\n  quantization-aware predictor: Kendall tau ")
          .append(status.predictor().quantized().kendallTau())
          .append(" on ")
          .append(status.predictor().quantized().heldOutSamples())
          .append(" samples it has not seen");
    }
    return text.toString();
  }
}
