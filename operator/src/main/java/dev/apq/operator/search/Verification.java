package dev.apq.operator.search;

import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.VerifyReport;
import dev.apq.core.policy.Policy;
import dev.apq.operator.job.ObservedJob;
import dev.apq.operator.training.StageObservation;
import dev.apq.operator.training.TrainingWorld;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the verification of a search stands.
 *
 * @param plan what is to be verified; null before there is an answer, or if its prediction is
 *     enough
 * @param world its stage and every Job of the search
 * @param report what was measured, once the stage is finished
 */
record Verification(@Nullable VerifyPlan plan, TrainingWorld world, @Nullable VerifyReport report) {

  /** Nothing to verify; Jobs that are there are of earlier answers. */
  static Verification none(List<ObservedJob> jobs) {
    return new Verification(null, new TrainingWorld("", List.of(), jobs), null);
  }

  /** What the store holds of it. */
  StageObservation stage() {
    return world.stage(Stage.VERIFY);
  }

  /** The seal of a finished verification. */
  @Nullable Manifest manifest() {
    return report == null ? null : stage().manifest();
  }

  /** Bytes of the exported model and of its weights, by name; empty if there is none. */
  Map<String, Long> sizes() {
    Manifest manifest = manifest();
    Map<String, Long> sizes = new TreeMap<>(manifest == null ? Map.of() : manifest.counts());
    sizes.keySet().retainAll(VerifyReport.SIZES);
    return sizes;
  }

  /** Why the chosen policy could not be exported; empty if it was, or is not measured yet. */
  String exportProblem() {
    Manifest manifest = manifest();
    return manifest == null ? "" : manifest.summary().getOrDefault(VerifyReport.EXPORT_PROBLEM, "");
  }

  /** The policy that was chosen, once there is a report. */
  @Nullable Policy chosen() {
    return plan == null || report == null
        ? null
        : plan.spec().candidates().get(report.chosen()).policy();
  }
}
