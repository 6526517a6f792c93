package dev.apq.worker.data;

import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.space.SearchSpace;
import dev.apq.core.space.StageSpace;
import dev.apq.core.space.Stem;
import java.nio.file.Path;
import java.util.List;

/** What tests of data sets need beside one. */
final class DataFixtures {
  private DataFixtures() {}

  /** A folder's data set. */
  static Dataset open(Path folder, DatasetSpec.Format format, SearchSpace space) {
    return Datasets.open(
        new DatasetSpec(null, new DatasetSpec.Directory(folder.toString(), format)), space);
  }

  /** The bytes of an image. */
  static byte[] image(ImageSet set, int index) {
    byte[] image = new byte[set.imageBytes()];
    set.read(index, image, 0);
    return image;
  }

  /** Some space for images of a size. */
  static SearchSpace space(int resolution, int channels, int classes) {
    return new SearchSpace(
        "test",
        resolution,
        channels,
        classes,
        new Stem(8, 3, 1),
        null,
        List.of(new StageSpace(8, 1, 1, 1, List.of(3), "1", "1", 8)),
        8,
        List.of(4, 8));
  }
}
