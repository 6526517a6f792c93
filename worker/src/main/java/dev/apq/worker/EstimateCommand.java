package dev.apq.worker;

import dev.apq.worker.stage.EstimateRunner;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code worker estimate}: what the stages of a specification will cost. */
@Command(
    name = "estimate",
    mixinStandardHelpOptions = true,
    description = {
      "Says what the stages of a specification will cost: throughput is measured here, briefly,"
          + " hours, Pods, memory and artifact sizes follow from it.",
      "Run it on the kind of node that will do the work. Without a GPU hours are those of CPU"
          + " threads (OMP_NUM_THREADS, 1 unless set)."
    })
final class EstimateCommand implements Callable<Integer> {
  @Option(
      names = "--spec",
      required = true,
      paramLabel = "<file>",
      description = "The resolved specification, spec.json; 'kubectl apq spec -f' makes one.")
  private Path spec = Path.of("spec.json");

  @Option(
      names = "--data",
      paramLabel = "<folder or uri>",
      description =
          "Where the data set lies, instead of where the specification says: a folder of this"
              + " machine, file:///<folder> or s3://<bucket>/<prefix>.")
  private @Nullable String data;

  @Option(
      names = "--training-images",
      defaultValue = "0",
      paramLabel = "<n>",
      description = "How many training images there are, where they are not at hand.")
  private int trainingImages;

  @Option(
      names = "--images-at-once",
      defaultValue = "0",
      paramLabel = "<n>",
      description = "Images of each measurement at most (default: by the size of the networks).")
  private int imagesAtOnce;

  @Option(
      names = "--seconds",
      defaultValue = "5",
      paramLabel = "<n>",
      description = "Each measurement takes at least so long (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Override
  public Integer call() {
    var options =
        new EstimateRunner.Options(spec, data, trainingImages, imagesAtOnce, seconds, json);
    return new EstimateRunner(System.out, System.err).run(options).code();
  }
}
