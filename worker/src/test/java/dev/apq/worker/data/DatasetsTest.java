package dev.apq.worker.data;

import static dev.apq.worker.data.DataFixtures.image;
import static dev.apq.worker.data.DataFixtures.space;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.apq.core.contract.DatasetSpec;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetsTest {
  @TempDir private Path folder;

  @Test
  void plainDigitsAreSplitWithoutOverlap() {
    Dataset digits = Datasets.open(new DatasetSpec("digits", null), space(8, 1, 10));
    assertThat(digits.train().count()).isEqualTo(1197);
    assertThat(digits.validation().count()).isEqualTo(300);
    assertThat(digits.test().count()).isEqualTo(300);
    Set<String> all = new HashSet<>();
    for (ImageSet part : List.of(digits.train(), digits.validation(), digits.test())) {
      for (int i = 0; i < part.count(); i++) {
        all.add(Arrays.toString(image(part, i)));
        assertThat(part.label(i)).isBetween(0, 9);
      }
    }
    assertThat(all).hasSize(1797);
  }

  @Test
  void clutteredDigitsAreTheSameEveryTime() {
    DatasetSpec spec = new DatasetSpec("cluttered-digits", null);
    Dataset once = Datasets.open(spec, space(16, 1, 10));
    Dataset again = Datasets.open(spec, space(16, 1, 10));
    for (int i = 0; i < 50; i++) {
      assertThat(image(once.train(), i)).isEqualTo(image(again.train(), i));
      assertThat(once.train().label(i)).isEqualTo(again.train().label(i));
    }
    assertThat(image(once.train(), 0)).isNotEqualTo(image(once.train(), 1));
    assertThat(image(once.train(), 0)).isNotEqualTo(image(once.validation(), 0));
    int[] perClass = new int[10];
    for (int i = 0; i < once.train().count(); i++) {
      perClass[once.train().label(i)]++;
    }
    assertThat(Arrays.stream(perClass)).allMatch(count -> count > once.train().count() / 20);
  }

  @Test
  void batchesAreStandardised() {
    Dataset digits = Datasets.open(new DatasetSpec("digits", null), space(8, 1, 10));
    Batch batch = digits.batch(digits.train(), 0, 1000);
    double mean = 0;
    double squares = 0;
    for (float value : batch.images()) {
      mean += value;
      squares += value * value;
    }
    assertThat(mean / batch.images().length).isBetween(-0.05, 0.05);
    assertThat(squares / batch.images().length).isBetween(0.9, 1.1);
  }

  @Test
  void aSpaceThatDoesNotFitIsRefusedWithTheFieldToChange() {
    assertThatThrownBy(() -> Datasets.open(new DatasetSpec("digits", null), space(8, 1, 7)))
        .isInstanceOfSatisfying(
            DataException.class, e -> assertThat(e.remedy()).contains("searchSpace.classes to 10"))
        .hasMessageContaining("classes 7");
    assertThatThrownBy(() -> Datasets.open(new DatasetSpec("digits", null), space(6, 1, 10)))
        .hasMessageContaining("at least 8 pixels");
    assertThatThrownBy(() -> Datasets.open(new DatasetSpec("nothing", null), space(8, 1, 10)))
        .hasMessageContaining("'nothing'");
  }

  @Test
  void aMissingFolderIsNamed() {
    assertThatThrownBy(
            () ->
                Datasets.open(
                    new DatasetSpec(
                        null,
                        new DatasetSpec.Directory(
                            folder.resolve("none").toString(), DatasetSpec.Format.IDX)),
                    space(8, 1, 10)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(folder.resolve("none").toString());
  }
}
