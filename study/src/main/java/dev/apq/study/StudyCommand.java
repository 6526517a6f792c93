package dev.apq.study;

import dev.apq.core.artifact.Json;
import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.space.Presets;
import dev.apq.core.space.SearchSpace;
import dev.apq.study.report.StudyPage;
import dev.apq.study.work.StudyException;
import dev.apq.worker.Worker;
import dev.apq.worker.stage.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line {@code study}. */
@Command(
    name = "study",
    mixinStandardHelpOptions = true,
    version = "APQ reproduction study 0.1.0",
    sortOptions = false,
    description = {
      "Measures the claims of APQ on real data: what the transfer of the predictor saves, what the"
          + " joint search gains over a chain of searches, what a new target costs.",
      "",
      "Can be stopped or killed at any time: the same command continues. A seed gives the same"
          + " numbers."
    },
    footer = {
      "",
      "Exit status: 0 done, 64 usage, 66 input unusable, 70 internal error, 75 stopped, 78 bad plan"
          + " or unhealthy supernet."
    })
public final class StudyCommand implements Callable<Integer> {
  private static final String FOLDER_PLAN = "cifar10";

  @Option(
      names = "--dataset",
      paramLabel = "<name>",
      description = "Built-in data set: cluttered-digits. The default.")
  private @Nullable String dataset;

  @Option(
      names = "--dataset-dir",
      paramLabel = "<folder>",
      description = "Images in train/<class>/ and test/<class>/, JPEG or PNG.")
  private @Nullable Path datasetFolder;

  @Option(
      names = "--plan",
      paramLabel = "<name|file>",
      description =
          "What to measure: cluttered-digits, cifar10 (the default with --dataset-dir) or a JSON"
              + " file.")
  private @Nullable String plan;

  @Option(
      names = "--space",
      paramLabel = "<name|file>",
      description = "Search space instead of the plan's: a preset or a JSON file.")
  private @Nullable String space;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "<part>",
      description =
          "Parts to run: ${COMPLETION-CANDIDATES}. transfer: samples the transfer saves; search:"
              + " joint search, chains, bits ignored, costs. Both by default.")
  private @Nullable Set<Part> only;

  @Option(names = "--seed", paramLabel = "<n>", description = "Seed instead of the plan's.")
  private @Nullable Long seed;

  @Option(
      names = "--supernet",
      paramLabel = "<folder>",
      description = "Use the supernet of this artifact folder instead of training one.")
  private @Nullable Path supernet;

  @Option(
      names = "--work",
      paramLabel = "<folder>",
      defaultValue = ".apq/study",
      description = "Where finished work is kept (default: ${DEFAULT-VALUE}).")
  private Path work = Path.of(".apq", "study");

  @Option(
      names = "--out",
      paramLabel = "<folder>",
      defaultValue = ".apq/study/report",
      description =
          "Results go to a folder of the plan's name in here (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of(".apq", "study", "report");

  @Option(
      names = "--unhealthy-too",
      description = "Go on with a supernet that fails the health check; the report says so.")
  private boolean unhealthyToo;

  private final StopSignal stop;
  private final String arguments;

  StudyCommand(StopSignal stop, String... arguments) {
    this.stop = stop;
    this.arguments = String.join(" ", arguments);
  }

  /** Runs the command line and ends the process with its exit status. */
  public static void main(String[] args) {
    Worker.configureEngine(System.getenv());
    StopSignal stop = new StopSignal();
    stop.install();
    stop.exit(commandLine(stop, args).execute(args));
  }

  static CommandLine commandLine(StopSignal stop, String... args) {
    return new CommandLine(new StudyCommand(stop, args))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(100)
        .setExitCodeExceptionMapper(problem -> ExitCode.USAGE.code())
        .setExecutionExceptionHandler(StudyCommand::fail);
  }

  private static int fail(Exception problem, CommandLine command, CommandLine.ParseResult parsed) {
    if (problem instanceof StudyException study) {
      command.getErr().println("error: " + study.getMessage());
      return study.exitStatus();
    }
    if (problem instanceof IllegalArgumentException || problem instanceof IOException) {
      command.getErr().println("error: " + problem.getMessage());
      return ExitCode.BAD_SPEC.code();
    }
    problem.printStackTrace(command.getErr());
    return ExitCode.INTERNAL.code();
  }

  @Override
  public Integer call() throws IOException {
    StudyPlan chosen = plan();
    Set<Part> parts = only == null ? EnumSet.allOf(Part.class) : EnumSet.copyOf(only);
    Path folder = out.resolve(chosen.name());
    try (Study study = new Study(chosen, work.resolve(chosen.name()), System.out, stop)) {
      StudyResults results = study.run(parts, supernet, unhealthyToo);
      StudyPage.write(results, folder, ("./apq study " + arguments).strip());
    }
    System.out.println("results: " + folder.resolve("README.md"));
    return ExitCode.DONE.code();
  }

  private StudyPlan plan() throws IOException {
    if (dataset != null && datasetFolder != null) {
      throw new IllegalArgumentException("give one of --dataset and --dataset-dir");
    }
    String name =
        plan != null ? plan : datasetFolder != null ? FOLDER_PLAN : StudyPlan.BUILT_IN.get(0);
    Optional<StudyPlan> builtIn = StudyPlan.builtIn(name);
    StudyPlan result =
        builtIn.isPresent()
            ? builtIn.get()
            : Json.read(file("--plan", name), StudyPlan.class, StudyPlan.MAX_BYTES);
    if (dataset != null) {
      result = result.withDataset(new DatasetSpec(dataset, null));
    } else if (datasetFolder != null) {
      String path = datasetFolder.toAbsolutePath().normalize().toString();
      result =
          result.withDataset(
              new DatasetSpec(
                  null, new DatasetSpec.Directory(path, DatasetSpec.Format.IMAGE_FOLDER)));
    }
    if (space != null) {
      Optional<SearchSpace> preset = Presets.named(space);
      result =
          result.withSpace(
              preset.isPresent()
                  ? preset.get()
                  : Json.read(file("--space", space), SearchSpace.class, StudyPlan.MAX_BYTES));
    }
    return seed == null ? result : result.withSeed(seed);
  }

  private static Path file(String option, String name) {
    Path file = Path.of(name);
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          option
              + ": there is no file "
              + name
              + " and no built-in one; built in are "
              + (option.equals("--plan") ? List.copyOf(StudyPlan.BUILT_IN) : Presets.names()));
    }
    return file;
  }
}
