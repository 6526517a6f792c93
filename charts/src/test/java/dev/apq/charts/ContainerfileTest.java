package dev.apq.charts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.charts.Containerfile.Stage;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What can be said of an image without building it. */
class ContainerfileTest {
  private static final Containerfile OPERATOR =
      Containerfile.read(Repository.ROOT.resolve("images/operator/Containerfile"));
  private static final Containerfile WORKER =
      Containerfile.read(Repository.ROOT.resolve("images/worker/Containerfile"));
  private static final List<Stage> PUBLISHED =
      List.of(OPERATOR.stage(""), WORKER.stage("cpu"), WORKER.stage("cuda"));

  @Test
  void runAsTheUserOfTheChartAndOfTheWorkerPods() {
    Deployment deployment = Chart.render("").only(Deployment.class);
    var security = deployment.getSpec().getTemplate().getSpec().getSecurityContext();
    String user = security.getRunAsUser() + ":" + security.getRunAsGroup();
    assertThat(PUBLISHED).allSatisfy(stage -> assertThat(stage.all("USER")).containsExactly(user));
  }

  @Test
  void sayWhatTheyAre() {
    for (Stage stage : PUBLISHED) {
      assertThat(String.join(" ", stage.all("LABEL")))
          .contains("org.opencontainers.image.title=\"apq-")
          .contains("org.opencontainers.image.description=")
          .contains("org.opencontainers.image.licenses=\"Apache-2.0\"")
          .contains("org.opencontainers.image.version=\"${VERSION}\"")
          .contains("org.opencontainers.image.revision=\"${REVISION}\"");
      assertThat(stage.all("ARG")).contains("VERSION=" + version(), "REVISION=unknown");
    }
  }

  @Test
  void startWithoutAShellSoThatSignalsReachJava() {
    assertThat(PUBLISHED)
        .allSatisfy(
            stage ->
                assertThat(stage.all("ENTRYPOINT"))
                    .singleElement()
                    .asString()
                    .startsWith("[\"java\", ")
                    .endsWith(".jar\"]"));
  }

  @Test
  void operatorStartsWithTheCacheThatItsOwnVirtualMachineRecorded() {
    String cache = "/opt/apq/apq.aot";
    Stage recorded = OPERATOR.stage("program");
    Stage published = OPERATOR.stage("");
    assertThat(published.base()).isEqualTo(recorded.base());
    assertThat(String.join("", recorded.all("RUN"))).contains("-XX:AOTCacheOutput=" + cache + " ");
    assertThat(published.all("COPY"))
        .as("the cache, and all that it was recorded with")
        .containsExactlyInAnyOrder(
            "--from=program /opt/apq/lib/ lib/",
            "--from=program /opt/apq/quarkus/ quarkus/",
            "--from=program /opt/apq/app/ app/",
            "--from=program /opt/apq/quarkus-run.jar ./",
            "--from=program " + cache + " ./");
    assertThat(published.all("ENTRYPOINT").get(0)).contains("\"-XX:AOTCache=" + cache + "\", ");
  }

  @Test
  void buildOnImagesThatAreNamedExactly() {
    for (Containerfile file : List.of(OPERATOR, WORKER)) {
      assertThat(file.stages())
          .extracting(Stage::base)
          .allSatisfy(
              base -> {
                Matcher argument = Pattern.compile("\\$\\{(\\w+)}").matcher(base);
                assertThat(argument.matches()).as(base).isTrue();
                assertThat(file.globalArguments().get(argument.group(1)))
                    .contains(":")
                    .doesNotEndWith(":latest");
              });
    }
  }

  @Test
  void defaultTargetOfTheWorkerIsCpu() {
    assertThat(WORKER.stages().get(WORKER.stages().size() - 1).name()).isEqualTo("cpu");
  }

  @Test
  void workerUnpacksTheLibrariesOfTheBuild() {
    assertThat(WORKER.globalArguments())
        .containsEntry("TORCH_VERSION", property("djl-pytorch.version"))
        .containsEntry("DJL_VERSION", property("djl.version"));
  }

  private static String property(String name) {
    Matcher value = Pattern.compile("<" + Pattern.quote(name) + ">([^<]+)<").matcher(pom());
    assertThat(value.find()).as(name).isTrue();
    return value.group(1);
  }

  private static String version() {
    Matcher version =
        Pattern.compile("<artifactId>apq-parent</artifactId>\\s*<version>([^<]+)<").matcher(pom());
    assertThat(version.find()).isTrue();
    return version.group(1);
  }

  private static String pom() {
    return Repository.read(Repository.ROOT.resolve("pom.xml"));
  }
}
