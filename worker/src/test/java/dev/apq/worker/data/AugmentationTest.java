package dev.apq.worker.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.random.RandomStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AugmentationTest {
  private static final int SIZE = 5;
  private static final int AREA = SIZE * SIZE;

  @Test
  void shiftsAllChannelsTogetherAndFillsWithBlack() {
    Augmentation augmentation = augmentation(2, false, "0");
    Set<Integer> places = new HashSet<>();
    for (int i = 0; i < 400; i++) {
      byte[] image = new byte[3 * AREA];
      for (int channel = 0; channel < 3; channel++) {
        image[channel * AREA + AREA / 2] = (byte) (channel + 1);
      }
      augmentation.apply(image, 3, SIZE, RandomStream.of(1, i));
      int place = indexOf(image, 1);
      assertThat(image[AREA + place]).isEqualTo((byte) 2);
      assertThat(image[2 * AREA + place]).isEqualTo((byte) 3);
      assertThat(IntStream.range(0, image.length).filter(j -> image[j] != 0)).hasSize(3);
      places.add(place);
    }
    assertThat(places).hasSize(25);
  }

  @Test
  void mirrorsHalfOfTheImages() {
    byte[] original = new byte[2 * AREA];
    for (int i = 0; i < original.length; i++) {
      original[i] = (byte) i;
    }
    Augmentation augmentation = augmentation(0, true, "0");
    int mirrored = 0;
    for (int i = 0; i < 1000; i++) {
      byte[] image = original.clone();
      augmentation.apply(image, 2, SIZE, RandomStream.of(2, i));
      if (!Arrays.equals(image, original)) {
        mirrored++;
        for (int j = 0; j < image.length; j++) {
          assertThat(image[j]).isEqualTo(original[j / SIZE * SIZE + SIZE - 1 - j % SIZE]);
        }
      }
    }
    assertThat(mirrored).isBetween(440, 560);
  }

  @Test
  void colourChangesStayWithinTheirRange() {
    Augmentation augmentation = augmentation(0, false, "0.2");
    Set<Integer> values = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      byte[] grey = new byte[3 * AREA];
      Arrays.fill(grey, (byte) 100);
      augmentation.apply(grey, 3, SIZE, RandomStream.of(3, i));
      int value = grey[0] & 0xFF;
      for (byte other : grey) {
        assertThat(other & 0xFF).as("uniform grey has no contrast or colour").isEqualTo(value);
      }
      assertThat(value).isBetween(80, 120);
      values.add(value);
    }
    assertThat(values).hasSizeGreaterThan(30);
  }

  @Test
  void saturationMovesColoursTowardsAndAwayFromGrey() {
    Augmentation augmentation = augmentation(0, false, "0.5");
    Set<Boolean> stronger = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      byte[] image = {(byte) 140, 100, 60};
      augmentation.apply(image, 3, 1, RandomStream.of(4, i));
      int red = image[0] & 0xFF;
      int green = image[1] & 0xFF;
      int blue = image[2] & 0xFF;
      assertThat(red).isGreaterThanOrEqualTo(green);
      assertThat(green).isGreaterThanOrEqualTo(blue);
      stronger.add(red - blue > 80);
    }
    assertThat(stronger).hasSize(2);
  }

  @Test
  void isAPureFunctionOfImageAndStream() {
    Augmentation augmentation = augmentation(1, true, "0.3");
    byte[] once = new byte[3 * AREA];
    for (int i = 0; i < once.length; i++) {
      once[i] = (byte) (i * 7);
    }
    byte[] again = once.clone();
    byte[] untouched = once.clone();
    augmentation.apply(once, 3, SIZE, RandomStream.of(5, 9));
    augmentation.apply(again, 3, SIZE, RandomStream.of(5, 9));
    assertThat(once).isEqualTo(again).isNotEqualTo(untouched);
    Augmentation.NONE.apply(again, 3, SIZE, RandomStream.of(5, 9));
    assertThat(once).isEqualTo(again);
  }

  private static int indexOf(byte[] image, int value) {
    return IntStream.range(0, image.length)
        .filter(i -> image[i] == value)
        .findFirst()
        .orElseThrow();
  }

  private static Augmentation augmentation(int padding, boolean flip, String jitter) {
    return new Augmentation(new RecipeSpec.Augmentation(padding, flip, jitter));
  }
}
