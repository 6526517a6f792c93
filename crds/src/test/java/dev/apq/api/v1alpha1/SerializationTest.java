package dev.apq.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class SerializationTest {
  @Test
  void aMinimalSpecificationHasTheDefaultsOfTheSchema() {
    SupernetTraining training =
        Serialization.unmarshal(
            """
            apiVersion: apq.dev/v1alpha1
            kind: SupernetTraining
            metadata: {name: small}
            spec:
              searchSpace: {preset: digits}
              dataset: {builtin: digits}
              recipe: {epochs: 3}
              collection: {fullPrecisionSamples: 20, quantizedSamples: 10}
            """,
            SupernetTraining.class);
    SupernetTrainingSpec spec = training.getSpec();
    assertThat(spec.dataset().builtin()).isEqualTo(BuiltinDataset.DIGITS);
    assertThat(spec.predictor()).isEqualTo(read("{}", PredictorSource.class));
    assertThat(spec.runPolicy()).isEqualTo(read("{}", RunPolicy.class));
    assertThat(spec.suspend()).isFalse();
    assertThat(spec.recipe().batchSize()).isEqualTo(64);
    assertThat(spec.collection().minSuccessPercent()).isEqualTo(100);
    assertThat(training.getStatus()).isNull();
  }

  @Test
  void aSearchSurvivesARoundTrip() {
    String yaml =
        """
        apiVersion: apq.dev/v1alpha1
        kind: ApqSearch
        metadata: {name: fast}
        spec:
          supernetRef: {name: small}
          constraints: [{metric: Latency, max: "0.5"}]
        """;
    ApqSearch search = Serialization.unmarshal(yaml, ApqSearch.class);
    assertThat(search.getSpec().evolution()).isEqualTo(read("{}", EvolutionSource.class));
    assertThat(search.getSpec().verify()).isEqualTo(read("{}", VerifySource.class));
    assertThat(search.getSpec().verify().topK()).isEqualTo(3);
    assertThat(search.getSpec().runPolicy()).isEqualTo(read("{}", RunPolicy.class));
    assertThat(search.getSpec().hardware().profile()).isEqualTo(HardwareProfile.BITFUSION);
    ApqSearch again = Serialization.unmarshal(Serialization.asYaml(search), ApqSearch.class);
    assertThat(again.getSpec()).isEqualTo(search.getSpec());
    assertThat(new BigDecimal(again.getSpec().constraints().get(0).max())).isEqualTo("0.5");
  }

  @Test
  void theLargestPolicyStaysSmall() {
    List<Integer> kernels = java.util.Collections.nCopies(21, 7);
    List<String> ratios = java.util.Collections.nCopies(21, "5.83");
    List<Integer> widths = java.util.Collections.nCopies(21, 1152);
    List<Integer> bits = java.util.Collections.nCopies(21, 8);
    BestPolicy policy =
        new BestPolicy(
            "0.7512",
            AccuracySource.MEASURED,
            "0.7540",
            new MeasuredAccuracy("0.7531", "0.0043", 10000),
            new MeasuredAccuracy("0.7512", "0.0043", 10000),
            List.of(new CostValue(Metric.LATENCY, "12.170", "ms", "12.5")),
            "sha256:" + "0".repeat(64),
            new BestArchitecture(List.of(4, 4, 4, 4, 4, 1), kernels, ratios),
            new BestPruning(widths),
            new BestQuantization(new BitWidths(bits, bits), new BitWidths(bits, bits)));
    assertThat(Serialization.asJson(policy).replaceAll("\\s", "")).hasSizeLessThan(1100);
  }

  private static <T> T read(String json, Class<T> type) {
    return Serialization.unmarshal(json, type);
  }
}
