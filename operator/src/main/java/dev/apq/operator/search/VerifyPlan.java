package dev.apq.operator.search;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.VerifySource;
import dev.apq.core.artifact.Digests;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.contract.VerifyReport;
import dev.apq.core.contract.VerifySpec;
import dev.apq.core.search.SearchAnswer;
import dev.apq.operator.job.JobTemplate;
import dev.apq.operator.training.StagePlan;
import dev.apq.operator.training.StageRun;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * A verification resolved to everything its result depends on.
 *
 * @param run its one stage
 * @param spec the policies and how they are measured
 */
record VerifyPlan(StageRun run, VerifySpec spec) {
  private static final int RUN_ID_LENGTH = 8;

  /**
   * Resolves the verification of an answer.
   *
   * @param artifactPath the search's folder below the store's root
   */
  static VerifyPlan of(
      ApqSearch search,
      SearchAnswer answer,
      Supernet.Source supernet,
      StoreLayout layout,
      String artifactPath) {
    VerifySpec spec = spec(search.getSpec().verify(), answer);
    byte[] bytes = supernet.workerSpec().verifying(spec).canonicalJson();
    StagePlan plan =
        new StagePlan(
            runId(search.getMetadata().getUid(), bytes),
            bytes,
            1,
            List.of(Stage.VERIFY),
            Map.of(Stage.TRAIN, supernet.trainManifest()));
    JobTemplate.Settings jobs =
        JobTemplate.Settings.of(
            search.getSpec(), supernet.resource(), artifactPath, supernet.artifactPath());
    return new VerifyPlan(new StageRun(search, plan, layout, jobs), spec);
  }

  private static VerifySpec spec(VerifySource verify, SearchAnswer answer) {
    return new VerifySpec(
        answer.candidates().stream()
            .limit(verify.topK())
            .map(point -> new VerifySpec.Candidate(point.policy(), point.accuracy()))
            .toList(),
        verify.finetuneSteps(),
        verify.learningRate(),
        verify.evaluationInterval(),
        verify.patience(),
        verify.evaluationImages());
  }

  private static String runId(String uid, byte[] spec) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(uid.getBytes(StandardCharsets.UTF_8));
    both.writeBytes(spec);
    return Digests.sha256(both.toByteArray())
        .substring("sha256:".length())
        .substring(0, RUN_ID_LENGTH);
  }

  /** Whether a report is about this plan's candidates. */
  boolean isAnsweredBy(VerifyReport report) {
    if (report.candidates().size() != spec.candidates().size()) {
      return false;
    }
    for (int i = 0; i < spec.candidates().size(); i++) {
      if (!report.candidates().get(i).digest().equals(spec.candidates().get(i).policy().digest())) {
        return false;
      }
    }
    return true;
  }
}
