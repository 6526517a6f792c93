package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.StageState;
import dev.apq.api.v1alpha1.SupernetTraining;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Work that cannot start, fails in part, or leaves damaged artifacts. */
class WorkFaultsIT extends UnderFaults {
  private static final String SECRET = "planted-7f3a9c";

  WorkFaultsIT() {
    super("work");
  }

  @Test
  void aQuotaThatForbidsPodsIsToldAndCostsNoAttempt() {
    ResourceQuota quota =
        new ResourceQuotaBuilder()
            .withNewMetadata()
            .withName("none")
            .withNamespace(searches.namespace())
            .endMetadata()
            .withNewSpec()
            .withHard(Map.of("pods", new Quantity("0")))
            .endSpec()
            .build();
    admin.resource(quota).create();
    Wait.until(
        "the quota is in force",
        () -> admin.resource(quota).get().getStatus().getHard().containsKey("pods"));
    searches.apply(standIns.training("poor", Map.of()));

    Wait.until(
        "the quota is named as the reason",
        Duration.ofSeconds(20),
        () -> state("poor").equals("WaitingForQuota"));
    Map<String, String> jobs = searches.jobs();
    admin.resource(quota).delete();
    searches.trained("poor");

    assertThat(searches.jobs()).containsAllEntriesOf(jobs).hasSize(5);
    assertThat(operator.errors()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"collect/0", "collect/1"})
  void aShardThatFailsFirstOrLastGivesTheSameResult(String held) {
    searches.apply(
        standIns.training(
            "uneven",
            "shards: 2, parallelism: 2, minSuccessPercent: 50",
            Map.of("STAND_IN_EXIT", "collect/1=65", "STAND_IN_HOLD", held)));
    Wait.until("both shards have workers", () -> standIns.runs("uneven").size() >= 3);
    standIns.go("uneven");
    SupernetTraining trained = searches.trained("uneven");

    assertThat(trained.getStatus().stages().get(1).state()).isEqualTo(StageState.SUCCEEDED);
    assertThat(trained.getStatus().stages().get(1).samples()).isEqualTo(1);
    assertThat(searches.jobs()).hasSize(5);
  }

  @Test
  void damagedArtifactsAreMadeAgainOnceAndThenToldOf() throws IOException {
    searches.apply(standIns.training("damaged", Map.of("STAND_IN_HOLD", "collect")));
    Wait.until("collection runs", () -> standIns.runs("damaged").size() >= 3);
    damage("damaged");
    Wait.until("the supernet is made again", () -> trainRuns("damaged") == 2);
    SupernetTraining mended =
        searches.awaitTraining(
            "damaged", t -> Searches.state(t.getStatus().conditions()).equals("Collecting"));
    assertThat(mended.getStatus().stages().get(0).state()).isEqualTo(StageState.SUCCEEDED);
    Wait.until("collection runs again", () -> standIns.runs("damaged").size() >= 6);
    damage("damaged");

    searches.awaitTraining(
        "damaged", t -> Searches.state(t.getStatus().conditions()).equals("InvalidArtifact"));
    assertThat(trainRuns("damaged")).isEqualTo(2);
    assertThat(operator.errors()).isEmpty();
  }

  private void damage(String training) throws IOException {
    Path supernet = standIns.artifact(training, "train", "supernet.safetensors");
    Files.writeString(supernet, "damaged ".repeat(3), StandardCharsets.UTF_8);
  }

  private long trainRuns(String training) {
    return standIns.runs(training).stream().filter(run -> run.work().equals("train")).count();
  }

  @Test
  void tenThousandShardsAreStillASmallObject() {
    searches.apply(standIns.training("many", "shards: 10000", Map.of("STAND_IN_HOLD", "collect")));
    Wait.until("the first shard has a worker", () -> standIns.runs("many").size() >= 2);
    SupernetTraining training =
        searches.awaitTraining(
            "many", t -> Searches.state(t.getStatus().conditions()).equals("Collecting"));

    assertThat(Serialization.asJson(training)).hasSizeLessThan(64 * 1024);
    assertThat(operator.errors()).isEmpty();
  }

  @Test
  void noSecretReachesStatusEventsOrLog() {
    searches.apply(
        standIns.training("discreet", Map.of("PASSWORD", SECRET, "STAND_IN_EXIT", "train=64")));
    searches.awaitTraining(
        "discreet", t -> Searches.state(t.getStatus().conditions()).equals("JobFailed"));

    String status = Serialization.asJson(searches.training("discreet").getStatus());
    String events =
        Serialization.asJson(admin.v1().events().inNamespace(searches.namespace()).list());
    assertThat(status).contains("the stand-in was told to end with 64");
    for (String place : List.of(status, events, operator.log())) {
      assertThat(place).doesNotContain(SECRET).doesNotContain(operator.token());
    }
  }

  private String state(String training) {
    var status = searches.training(training).getStatus();
    return status == null ? "" : Searches.state(status.conditions());
  }
}
