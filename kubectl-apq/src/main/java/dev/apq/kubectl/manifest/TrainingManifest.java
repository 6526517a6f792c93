package dev.apq.kubectl.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.SupernetTemplate;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.api.v1alpha1.SupernetTrainingSpec;
import dev.apq.kubectl.error.ExitStatus;
import dev.apq.kubectl.error.PluginException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The one training that a manifest asks for, of its own or as the template of a search. */
public final class TrainingManifest {
  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);
  private static final String REMEDY =
      "name a manifest with one SupernetTraining, or one ApqSearch with a supernetTemplate";

  private TrainingManifest() {}

  /**
   * Reads a manifest; other kinds of objects in it are passed over.
   *
   * @param text YAML or JSON, of one or several documents
   * @throws PluginException if it is malformed, has unknown fields, lacks required ones, or asks
   *     for no training or for several
   */
  public static SupernetTrainingSpec parse(String text) {
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
      List<SupernetTrainingSpec> trainings =
          documents.readAll().stream()
              .map(TrainingManifest::training)
              .filter(Objects::nonNull)
              .toList();
      if (trainings.size() != 1) {
        throw new PluginException(
            ExitStatus.USAGE, "the manifest asks for " + trainings.size() + " trainings", REMEDY);
      }
      RequiredFields.check("spec", trainings.get(0));
      return trainings.get(0);
    } catch (JsonProcessingException e) {
      throw malformed(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable SupernetTrainingSpec training(JsonNode document) {
    try {
      return switch (document.path("kind").asText()) {
        case "SupernetTraining" -> YAML.treeToValue(document, SupernetTraining.class).getSpec();
        case "ApqSearch" -> {
          ApqSearch search = YAML.treeToValue(document, ApqSearch.class);
          SupernetTemplate template =
              search.getSpec() == null ? null : search.getSpec().supernetTemplate();
          yield template == null ? null : template.spec();
        }
        default -> null;
      };
    } catch (JsonProcessingException e) {
      throw malformed(e);
    }
  }

  private static PluginException malformed(JsonProcessingException problem) {
    return new PluginException(
        ExitStatus.USAGE,
        "the manifest is malformed: " + problem.getMessage(),
        "correct it; kubectl explain supernettraining.spec lists the fields",
        problem);
  }
}
