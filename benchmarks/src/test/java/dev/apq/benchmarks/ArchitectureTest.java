package dev.apq.benchmarks;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private final JavaClasses benchmarks =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.apq.benchmarks");

  @Test
  void benchmarksKnowNothingOfKubernetes() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.apq.api..", "dev.apq.operator..", "dev.apq.local..")
        .check(benchmarks);
  }

  @Test
  void onlyTheSupernetsBenchmarkKnowsTheWorker() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.apq.benchmarks.supernet..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.apq.worker..", "ai.djl..")
        .check(benchmarks);
  }
}
