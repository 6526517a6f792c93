package dev.apq.kubectl;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.apq.kubectl");

  /** A plugin talks to the API; it is no part of what runs in the cluster. */
  @Test
  void knowsTheApiAndTheMethodOnly() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.apq.operator..", "dev.apq.worker..", "dev.apq.local..", "ai.djl..")
        .check(CLASSES);
  }

  @Test
  void renderingIsPure() {
    noClasses()
        .that()
        .resideInAnyPackage("..kubectl.view..", "..kubectl.result..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.fabric8.kubernetes.client.dsl..")
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(Clock.class, Files.class)
        .orShould()
        .callMethod(Instant.class, "now")
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.apq.kubectl.(*)..").should().beFreeOfCycles().check(CLASSES);
  }
}
