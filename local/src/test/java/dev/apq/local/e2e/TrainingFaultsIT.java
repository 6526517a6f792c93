package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.StageState;
import dev.apq.api.v1alpha1.StageStatus;
import dev.apq.api.v1alpha1.SupernetTraining;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What goes wrong in a training is survived or told. */
@ExtendWith(OnCluster.class)
class TrainingFaultsIT {
  private Cluster cluster;
  private Searches searches;

  @BeforeEach
  void takeNamespace(Cluster shared) {
    cluster = shared;
    cluster.operator();
    searches = new Searches(cluster, cluster.namespace("faults"));
  }

  @Test
  void anOperatorKilledDuringCollectionRepeatsNothingAndEndsWithTheSameArtifacts() {
    searches.apply(Manifests.training(searches.namespace(), "calm", 7));
    SupernetTraining calm = searches.trained("calm");

    searches.apply(Manifests.training(searches.namespace(), "killed", 7));
    searches.awaitTraining(
        "killed",
        t ->
            stage(t, "Collect").state() == StageState.RUNNING && stage(t, "Collect").job() != null);
    Map<String, String> before = searches.jobs();
    cluster.operator().kill();
    cluster.operator();
    SupernetTraining killed = searches.trained("killed");

    assertThat(searches.jobs()).containsAllEntriesOf(before).hasSize(10);
    assertThat(killed.getStatus().artifact().digest())
        .isEqualTo(calm.getStatus().artifact().digest());
  }

  @Test
  void aSuspendedTrainingLeavesNoPodAndLaterEndsWithTheSameArtifacts() {
    searches.apply(Manifests.training(searches.namespace(), "steady", 8));
    SupernetTraining steady = searches.trained("steady");

    String paused = Manifests.training(searches.namespace(), "paused", 8);
    searches.apply(paused);
    searches.awaitTraining("paused", t -> stage(t, "Train").state() == StageState.RUNNING);
    searches.apply(paused + "  suspend: true\n");
    searches.awaitTraining(
        "paused", t -> Searches.state(t.getStatus().conditions()).equals("Suspended"));
    Wait.until(
        "no Pod of the suspended training",
        () -> searches.pods().stream().noneMatch(pod -> pod.startsWith("paused-")));

    searches.apply(paused);
    SupernetTraining resumed = searches.trained("paused");

    assertThat(resumed.getStatus().artifact().digest())
        .isEqualTo(steady.getStatus().artifact().digest());
  }

  @Test
  void aDataSetThatCannotBeReadFailsWithTheWorkersOwnWords() {
    searches.apply(
        Manifests.training(searches.namespace(), "unreadable", 1)
            .replace(
                "dataset: {builtin: digits}",
                "dataset: {directory: {claimName: apq-artifacts, path: no/such/folder, format:"
                    + " image-folder}}"));

    SupernetTraining stalled =
        searches.awaitTraining(
            "unreadable", t -> Searches.stalled(t.getStatus().conditions()).isPresent());

    assertThat(Searches.state(stalled.getStatus().conditions())).isEqualTo("JobFailed");
    assertThat(Searches.message(stalled.getStatus().conditions())).contains("no/such/folder");
    assertThat(stage(stalled, "Train").state()).isEqualTo(StageState.FAILED);
  }

  private static StageStatus stage(SupernetTraining training, String name) {
    return training.getStatus().stages().stream()
        .filter(stage -> stage.name().equals(name))
        .findFirst()
        .orElse(new StageStatus(name, StageState.PENDING, 0, null, null, null, null, null, null));
  }
}
