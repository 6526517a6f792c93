package dev.apq.operator;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.apq.operator");

  @Test
  void operatorKnowsNeitherTensorsNorTheOtherProcesses() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.djl..", "dev.apq.worker..", "dev.apq.local..")
        .check(classes);
  }

  @Test
  void decisionsAndReportsArePure() {
    noClasses()
        .that()
        .haveSimpleNameEndingWith("Decider")
        .or()
        .haveSimpleNameEndingWith("Report")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.fabric8.kubernetes.client.dsl..", "io.javaoperatorsdk..", "jakarta..")
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(Clock.class, Files.class)
        .check(classes);
  }

  @Test
  void theClockIsInjected() {
    noClasses()
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(classes);
  }

  /** Status written through the framework can swallow a change of the specification. */
  @Test
  void noStatusIsWrittenThroughTheFramework() {
    noClasses()
        .should()
        .callMethodWhere(
            target(owner(HasName.Predicates.nameMatching(".*UpdateControl")))
                .and(target(nameMatching("patch.*|update.*"))))
        .check(classes);
  }

  @Test
  void packagesPointOneWay() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "..operator.job..",
            "..operator.store..",
            "..operator.status..",
            "..operator.metrics..",
            "..operator.canary..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("..operator.training..", "..operator.search..")
        .check(classes);
    noClasses()
        .that()
        .resideInAPackage("..operator.training..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("..operator.search..")
        .check(classes);
  }
}
