package dev.apq.worker.stage;

import static java.util.stream.Collectors.joining;

import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.worker.data.ContactSheet;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.data.Datasets;
import dev.apq.worker.data.ImageSet;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** Opens the data set of a specification and says what is in it, without training anything. */
public final class DataInspection {
  private static final int MAX_LISTED = 40;

  private final PrintStream out;
  private final PrintStream log;

  /**
   * @param out where the description goes
   * @param log where progress and failures go
   */
  public DataInspection(PrintStream out, PrintStream log) {
    this.out = out;
    this.log = log;
  }

  /**
   * Prints the size and class balance of each part.
   *
   * @param specFile path of {@code spec.json}
   * @param elsewhere folder or URI of the images, or null for where the specification says
   * @param sheet where to write a contact sheet as PNG, or null for none
   */
  public ExitCode inspect(Path specFile, @Nullable String elsewhere, @Nullable Path sheet) {
    return new SpecCommand(log).run(specFile, spec -> describe(spec, elsewhere, sheet));
  }

  private void describe(WorkerSpec spec, @Nullable String elsewhere, @Nullable Path sheet)
      throws IOException {
    Dataset data = Datasets.open(spec.dataset().at(elsewhere), spec.space(), log::println);
    out.printf(
        Locale.ROOT,
        "%d classes, %d channels, %d pixels; %s%n",
        data.classes(),
        data.train().channels(),
        data.train().size(),
        data.normalization());
    describe("train", data.train(), data.classes());
    describe("validation", data.validation(), data.classes());
    describe("test", data.test(), data.classes());
    out.println(data.split());
    if (sheet != null) {
      var image = ContactSheet.of(data.train(), data.classes());
      AtomicFiles.write(sheet, stream -> ImageIO.write(image, "png", stream));
      out.println("contact sheet: " + sheet);
    }
  }

  private void describe(String part, ImageSet images, int classes) {
    int[] counts = new int[classes];
    for (int i = 0; i < images.count(); i++) {
      counts[images.label(i)]++;
    }
    out.printf(
        Locale.ROOT,
        "%-10s %8d images, %d to %d per class%n",
        part,
        images.count(),
        Arrays.stream(counts).min().orElse(0),
        Arrays.stream(counts).max().orElse(0));
    if (classes <= MAX_LISTED) {
      String all = Arrays.stream(counts).mapToObj(String::valueOf).collect(joining(" "));
      out.println("           of each class: " + all);
    }
  }
}
