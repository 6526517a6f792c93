package dev.apq.store;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  /** It moves bytes: what they mean, and who asks for them, is the business of others. */
  @Test
  void knowsFilesOnly() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.apq.core.search..",
            "dev.apq.core.space..",
            "dev.apq.core.policy..",
            "dev.apq.core.predictor..",
            "dev.apq.operator..",
            "dev.apq.worker..",
            "io.fabric8..",
            "io.quarkus..",
            "ai.djl..")
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.apq.store"));
  }
}
