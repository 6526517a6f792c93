package dev.apq.operator.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.apq.api.v1alpha1.BuiltinDataset;
import dev.apq.api.v1alpha1.DatasetDirectory;
import dev.apq.api.v1alpha1.DatasetFormat;
import dev.apq.api.v1alpha1.DatasetSource;
import dev.apq.api.v1alpha1.SupernetTraining;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataAccessTest {
  private static final URI STORE = URI.create("s3://models/apq");

  @ParameterizedTest
  @ValueSource(strings = {"s3://models/apq", "s3://models/apq/other-team/x", "s3://models"})
  void nothingOfTheArtifactStoreIsADataSet(String uri) {
    assertThatThrownBy(() -> DataAccess.require(bucket(uri), STORE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("dataset.directory.uri")
        .hasMessageContaining("outside of s3://models/apq");
  }

  @Test
  void aStoreThatIsAWholeBucketLeavesNoRoomBesideIt() {
    assertThatThrownBy(() -> DataAccess.require(bucket("s3://models/d"), URI.create("s3://models")))
        .hasMessageContaining("overlaps");
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3://models/apq-data", "s3://models/data/apq", "s3://other/apq"})
  void whatLiesBesideItIs(String uri) {
    DataAccess.require(bucket(uri), STORE);
  }

  @Test
  void aVolumeBringsNoCredentials() {
    assertThatThrownBy(() -> DataAccess.require(bucket("s3://d/x"), URI.create("file:///apq")))
        .hasMessageContaining("claimName");
    DataAccess.require(new DatasetSource(BuiltinDataset.DIGITS, null), URI.create("file:///apq"));
    DataAccess.require(
        new DatasetSource(null, new DatasetDirectory("c", null, null, DatasetFormat.IDX)),
        URI.create("file:///apq"));
  }

  @Test
  void theUriIsPartOfTheKeyAndAnUnsaidPrecisionIsNot() {
    String builtin = "builtin: \"digits\"";
    String directory = "directory: {format: idx, uri: 's3://d/%s'}";
    String one = key(builtin, directory.formatted("one"));
    assertThat(key(builtin, directory.formatted("other"))).isNotEqualTo(one);
    assertThat(key(builtin, directory.formatted("one"))).isEqualTo(one);
    String auto = "precision: \"auto\"";
    assertThat(key(auto, "")).isEqualTo(key(auto, auto));
    assertThat(key(auto, "precision: bfloat16"))
        .isNotEqualTo(key(auto, "precision: float32"))
        .isNotEqualTo(key(auto, auto));
  }

  /** The key of a training of which a line is replaced. */
  private static String key(String line, String other) {
    String yaml = Serialization.asYaml(Specs.training("t"));
    assertThat(yaml).contains(line);
    return TrainingPlan.of(
            Serialization.unmarshal(yaml.replace(line, other), SupernetTraining.class))
        .artifactKey();
  }

  private static DatasetSource bucket(String uri) {
    return new DatasetSource(null, new DatasetDirectory(null, null, uri, DatasetFormat.IDX));
  }
}
