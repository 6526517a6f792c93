package dev.apq.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.api.v1alpha1.SupernetTrainingSpec;
import dev.apq.core.contract.Stage;
import dev.apq.operator.SchemaManifests;
import dev.apq.operator.training.Specs;
import dev.apq.operator.training.TrainingPlan;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Whatever specification the API server admits is understood and resolves to Jobs, or is refused as
 * an invalid one; nothing else is thrown, and no Pod is ever less restricted.
 */
class HostileSpecsTest {
  private static final JobTemplate TEMPLATE =
      new JobTemplate(
          new WorkerStorage.Claim("apq-artifacts"), WorkerDefaults.of("apq-worker:1", "{}"));

  @Property(tries = 200)
  void trainings(@ForAll("trainingSpecs") JsonNode spec) throws Exception {
    SupernetTraining training = Specs.training("t");
    training.setSpec(Serialization.jsonMapper().treeToValue(spec, SupernetTrainingSpec.class));
    Optional<TrainingPlan> plan = plan(training);
    if (plan.isEmpty()) {
      return;
    }
    for (Stage stage : Stage.ofTraining()) {
      PodSpec pod =
          TEMPLATE
              .build(
                  new JobTemplate.Request(
                      training,
                      stage,
                      plan.get().runId(),
                      1,
                      "sha256:in",
                      JobTemplate.Settings.of(training, "team/t/" + plan.get().artifactKey())))
              .getSpec()
              .getTemplate()
              .getSpec();
      assertThat(pod.getAutomountServiceAccountToken()).isFalse();
      assertThat(pod.getServiceAccountName()).isNull();
      assertThat(pod.getContainers()).hasSize(1);
      assertThat(pod.getContainers().get(0).getSecurityContext().getReadOnlyRootFilesystem())
          .isTrue();
    }
  }

  @Provide
  Arbitrary<JsonNode> trainingSpecs() {
    return SchemaManifests.specs("supernettrainings");
  }

  private static Optional<TrainingPlan> plan(SupernetTraining training) {
    try {
      return Optional.of(TrainingPlan.of(training));
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
      return Optional.empty();
    }
  }
}
