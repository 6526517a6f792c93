package dev.apq.operator.training;

import dev.apq.api.v1alpha1.SupernetTraining;
import io.fabric8.kubernetes.client.utils.Serialization;

/** Specifications for tests, written as users write them. */
public final class Specs {
  private Specs() {}

  /** A training of 4 shards; {@code more} are further lines of the specification. */
  public static SupernetTraining training(String name, String... more) {
    SupernetTraining training =
        Serialization.unmarshal(
            """
            apiVersion: apq.dev/v1alpha1
            kind: SupernetTraining
            metadata:
              name: %s
              namespace: team
              uid: 7d9a2c6e-0000-4000-8000-000000000001
              generation: 1
            spec:
              searchSpace: {preset: digits}
              dataset: {builtin: digits}
              recipe: {epochs: 3}
              collection: {fullPrecisionSamples: 20, quantizedSamples: 10, shards: 4}
            """
                    .formatted(name)
                + String.join("\n", more).indent(2),
            SupernetTraining.class);
    return training;
  }
}
