package dev.apq.local.cli;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.ApqSearchStatus;
import dev.apq.api.v1alpha1.BestPolicy;
import dev.apq.api.v1alpha1.BitWidths;
import dev.apq.api.v1alpha1.CostValue;
import dev.apq.api.v1alpha1.MeasuredAccuracy;
import dev.apq.api.v1alpha1.SearchCost;
import dev.apq.api.v1alpha1.SearchProgress;
import dev.apq.api.v1alpha1.SupernetTraining;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/** The last lines of the demo, for people. */
final class DemoReport {
  private DemoReport() {}

  /** The best policy of a search, one property a line. */
  static String policy(ApqSearch search) {
    ApqSearchStatus status = Objects.requireNonNull(search.getStatus(), "status");
    BestPolicy best = Objects.requireNonNull(status.best(), "a finished search has a policy");
    SearchCost cost = Objects.requireNonNull(status.cost(), "a finished search has a cost");
    SearchProgress progress = Objects.requireNonNull(status.search(), "it has searched");
    BitWidths pointwise = best.quantization().pointwise();
    BitWidths depthwise = best.quantization().depthwise();
    String costs =
        best.costs().stream().map(DemoReport::describe).collect(Collectors.joining(", "));
    return """
    Best policy of %s
      accuracy                 %s
      predicted, validation    %s
      found in                 %s
      costs                    %s
      depths                   %s
      kernel sizes             %s
      expand ratios            %s
      channels                 %s
      pointwise weight bits    %s
      pointwise activation     %s
      depthwise weight bits    %s
      depthwise activation     %s
      digest                   %s"""
        .formatted(
            search.getMetadata().getName(),
            accuracy(best),
            beforehand(best),
            effort(cost, progress),
            costs,
            best.architecture().depths(),
            best.architecture().kernelSizes(),
            best.architecture().expandRatios(),
            best.pruning().channels(),
            pointwise.weightBits(),
            pointwise.activationBits(),
            depthwise.weightBits(),
            depthwise.activationBits(),
            best.digest());
  }

  private static String accuracy(BestPolicy best) {
    MeasuredAccuracy test = best.test();
    return test == null
        ? best.accuracy() + " (" + name(best.accuracySource()).toLowerCase(Locale.ROOT) + ")"
        : "%s (measured on %d test images, standard error %s)"
            .formatted(best.accuracy(), test.images(), test.standardError());
  }

  private static String beforehand(BestPolicy best) {
    MeasuredAccuracy validation = best.validation();
    return best.predictedAccuracy()
        + ", "
        + (validation == null
            ? "not measured"
            : "%s (%d images, standard error %s)"
                .formatted(validation.accuracy(), validation.images(), validation.standardError()));
  }

  private static String effort(SearchCost cost, SearchProgress progress) {
    String search =
        "%s s of search, %d policies predicted"
            .formatted(cost.searchSeconds(), progress.evaluations());
    return cost.verifySeconds() == null
        ? search
        : search + ", " + cost.verifySeconds() + " s of fine-tuning and measuring";
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

  private static String describe(CostValue cost) {
    String value = name(cost.metric()) + " " + cost.value() + " " + cost.unit();
    return cost.max() == null ? value : value + " (limit " + cost.max() + ")";
  }

  /** A constant under the name that it has in the API. */
  private static String name(Enum<?> constant) {
    return Serialization.asJson(constant).replace("\"", "");
  }
}
