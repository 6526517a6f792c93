package dev.apq.core.golden;

import dev.apq.core.artifact.Json;
import dev.apq.core.policy.Policy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reference values of the paper's space, computed independently of this code. */
public record Golden(
    String name,
    Policy policy,
    long macs,
    long params,
    long bitOps,
    long weightBits,
    double latencyMs,
    double energyMj,
    int @Nullable [] hot,
    @Nullable Double prediction) {

  private static final Path FOLDER = Path.of("src/test/resources/golden");

  /** All 205 members with their costs; 20 of them also with features and predictions. */
  public static List<Golden> all() {
    try {
      List<Golden> all = new ArrayList<>();
      for (String line : Files.readAllLines(FOLDER.resolve("specs.jsonl"))) {
        all.add(Json.mapper().readValue(line, Golden.class));
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Weights of a randomly initialised predictor of the paper's shape. */
  public static Path predictorWeights() {
    return FOLDER.resolve("predictor.safetensors");
  }
}
