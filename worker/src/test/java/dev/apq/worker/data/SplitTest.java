package dev.apq.worker.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** No image is in two parts, whatever the publisher names. */
class SplitTest {
  private static final int VALIDATION = 1_000_000;
  private static final int TEST = 2_000_000;

  @Property(tries = 200)
  void everyImageIsInExactlyOnePart(
      @ForAll @IntRange(min = 30, max = 3000) int train,
      @ForAll boolean namesValidation,
      @ForAll boolean namesTest) {
    Split split = split(train, namesValidation, namesTest);
    List<Integer> all = new ArrayList<>();
    all.addAll(images(split.train()));
    all.addAll(images(split.validation()));
    all.addAll(images(split.test()));
    Set<Integer> expected = new TreeSet<>(images(new Numbered(0, train)));
    expected.addAll(namesValidation ? images(new Numbered(VALIDATION, 7)) : Set.of());
    expected.addAll(namesTest ? images(new Numbered(TEST, 5)) : Set.of());
    assertThat(all).doesNotHaveDuplicates();
    assertThat(new TreeSet<>(all)).isEqualTo(expected);
    assertThat(split.train().count()).isGreaterThan(split.validation().count());
  }

  @Property(tries = 100)
  void whatIsNamedIsKeptAndTheRestIsTheSameEveryTime(
      @ForAll @IntRange(min = 100, max = 3000) int train) {
    Split named = split(train, true, true);
    assertThat(images(named.train())).isEqualTo(images(new Numbered(0, train)));
    assertThat(images(named.validation())).isEqualTo(images(new Numbered(VALIDATION, 7)));
    assertThat(images(named.test())).isEqualTo(images(new Numbered(TEST, 5)));
    Split drawn = split(train, false, false);
    Split again = split(train, false, false);
    assertThat(images(again.validation())).isEqualTo(images(drawn.validation()));
    assertThat(images(again.test())).isEqualTo(images(drawn.test()));
    assertThat(drawn.test().count()).isEqualTo(train / 10);
    assertThat(drawn.validation().count()).isEqualTo((train - train / 10) / 10);
  }

  @Test
  void measuringNeverTakesMoreThanTenThousand() {
    assertThat(split(200_000, false, true).validation().count()).isEqualTo(10_000);
  }

  @Test
  void tooFewImagesAreRefusedWithTheNumberThatIsNeeded() {
    assertThatThrownBy(() -> split(9, false, true))
        .isInstanceOfSatisfying(
            DataException.class, e -> assertThat(e.remedy()).contains("at least 10 images"))
        .hasMessageContaining("9 training and 5 test images");
  }

  private static Split split(int train, boolean namesValidation, boolean namesTest) {
    return Split.of(
        new Numbered(0, train),
        namesValidation ? new Numbered(VALIDATION, 7) : null,
        namesTest ? new Numbered(TEST, 5) : null);
  }

  /** Numbers of the images, in order. */
  private static Set<Integer> images(ImageSet part) {
    Set<Integer> images = new HashSet<>();
    for (int i = 0; i < part.count(); i++) {
      assertThat(images.add(part.label(i))).isTrue();
    }
    return images;
  }

  /** Images of nothing, each with its number as label. */
  private record Numbered(int first, int count) implements ImageSet {
    @Override
    public int channels() {
      return 1;
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public int label(int index) {
      return first + index;
    }

    @Override
    public boolean decoded() {
      return true;
    }

    @Override
    public void read(int index, byte[] target, int offset) {
      throw new UnsupportedOperationException("a split reads no image");
    }
  }
}
