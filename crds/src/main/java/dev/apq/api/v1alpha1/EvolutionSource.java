package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;

/** Settings of the evolutionary search. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EvolutionSource(
    @Default("100") @Min(4) @Max(10000) @JsonPropertyDescription("Policies per generation.")
        Integer populationSize,
    @Default("500") @Min(1) @Max(100000) @JsonPropertyDescription("Generations.")
        Integer generations,
    @Default("0.015")
        @Pattern(Formats.FRACTION)
        @Size(max = 11)
        @JsonPropertyDescription("Probability that a gene of a child is drawn anew, 0 to 1.")
        String mutationRate,
    @Default("0.9")
        @Pattern(Formats.FRACTION)
        @Size(max = 11)
        @JsonPropertyDescription("Probability that a child has two parents, 0 to 1.")
        String crossoverRate,
    @Default("0")
        @Min(0)
        @JsonPropertyDescription(
            "All randomness follows from it: the same seed gives the same policy.")
        Long seed) {

  /** What an absent object means. */
  static final EvolutionSource DEFAULTS = new EvolutionSource(100, 500, "0.015", "0.9", 0L);

  /** Fills in the defaults. */
  public EvolutionSource {
    populationSize = Formats.orElse(populationSize, 100);
    generations = Formats.orElse(generations, 500);
    mutationRate = Formats.orElse(mutationRate, "0.015");
    crossoverRate = Formats.orElse(crossoverRate, "0.9");
    seed = Formats.orElse(seed, 0L);
  }
}
