package dev.apq.worker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import ai.djl.ndarray.NDArray;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchitectureTest {
  private final JavaClasses worker =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.apq.worker");

  @Test
  void knowsNothingOfKubernetes() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.fabric8..",
            "io.javaoperatorsdk..",
            "io.quarkus..",
            "dev.apq.api..",
            "dev.apq.operator..",
            "dev.apq.local..")
        .check(worker);
  }

  /** See {@link dev.apq.worker.tensor.Numbers}. */
  @ParameterizedTest
  @ValueSource(strings = {"add", "sub", "mul", "div", "mod", "pow", "maximum", "minimum"})
  void computesWithNumbersThatTheEngineOwns(String operation) {
    noClasses().should().callMethod(NDArray.class, operation, Number.class).check(worker);
  }

  @Test
  void dependsInOneDirectionOnly() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("command line")
        .definedBy("dev.apq.worker")
        .layer("stage")
        .definedBy("dev.apq.worker.stage")
        .layer("profile")
        .definedBy("dev.apq.worker.profile")
        .layer("estimate")
        .definedBy("dev.apq.worker.estimate")
        .layer("export")
        .definedBy("dev.apq.worker.export")
        .layer("collection")
        .definedBy("dev.apq.worker.collection")
        .layer("verification")
        .definedBy("dev.apq.worker.verification")
        .layer("prediction")
        .definedBy("dev.apq.worker.prediction")
        .layer("quantization")
        .definedBy("dev.apq.worker.quantization")
        .layer("supernet")
        .definedBy("dev.apq.worker.supernet")
        .layer("data")
        .definedBy("dev.apq.worker.data")
        .layer("tensor")
        .definedBy("dev.apq.worker.tensor")
        .whereLayer("command line")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("stage")
        .mayOnlyBeAccessedByLayers("command line")
        .whereLayer("profile")
        .mayOnlyBeAccessedByLayers("stage")
        .whereLayer("estimate")
        .mayOnlyBeAccessedByLayers("stage")
        .whereLayer("export")
        .mayOnlyBeAccessedByLayers("profile", "stage")
        .whereLayer("collection")
        .mayOnlyBeAccessedByLayers("estimate", "stage")
        .whereLayer("verification")
        .mayOnlyBeAccessedByLayers("stage")
        .whereLayer("prediction")
        .mayOnlyBeAccessedByLayers("estimate", "profile", "stage")
        .whereLayer("quantization")
        .mayOnlyBeAccessedByLayers("collection", "estimate", "export", "verification", "stage")
        .whereLayer("supernet")
        .mayOnlyBeAccessedByLayers(
            "quantization", "collection", "estimate", "export", "verification", "profile", "stage")
        .whereLayer("data")
        .mayOnlyBeAccessedByLayers(
            "supernet", "quantization", "collection", "estimate", "export", "verification", "stage")
        .check(worker);
  }
}
