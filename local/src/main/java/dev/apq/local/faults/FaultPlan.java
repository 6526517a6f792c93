package dev.apq.local.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a file of fault rules says.
 *
 * @param seed draws which requests meet a fault of a probability
 * @param rules the first rule that applies to a request decides
 */
public record FaultPlan(long seed, List<FaultRule> rules) {

  /** Copies the list. */
  public FaultPlan {
    rules = List.copyOf(Objects.requireNonNullElse(rules, List.of()));
  }

  /**
   * Reads a YAML file.
   *
   * @throws IllegalArgumentException naming the file and what is wrong in it
   */
  public static FaultPlan read(Path file) {
    try {
      Map<?, ?> document = Serialization.unmarshal(Files.readString(file), Map.class);
      return new ObjectMapper().convertValue(document, FaultPlan.class);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the fault rules " + file, e);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(file + " holds no fault rules: " + e.getMessage(), e);
    }
  }
}
