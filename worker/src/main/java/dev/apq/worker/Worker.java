package dev.apq.worker;

import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.Stage;
import dev.apq.worker.stage.AnswerCheck;
import dev.apq.worker.stage.ArtifactSender;
import dev.apq.worker.stage.DataInspection;
import dev.apq.worker.stage.ProfileRunner;
import dev.apq.worker.stage.QuantizerComparison;
import dev.apq.worker.stage.StageRunner;
import dev.apq.worker.stage.StopSignal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The worker's command line: {@code worker <stage> --spec=<file> --store=<uri>}. */
@Command(
    name = "worker",
    description = "Runs one stage of a supernet training, or the verification of a search.",
    mixinStandardHelpOptions = true,
    version = "APQ worker, contract version 1",
    synopsisSubcommandLabel = "<stage>",
    subcommands = EstimateCommand.class,
    footer = {
      "",
      "Environment: JOB_COMPLETION_INDEX (shard of collect and collect-quantized),",
      "OMP_NUM_THREADS (threads of one process, default 1), APQ_INPUT_DIGEST,",
      "APQ_TERMINATION_LOG, APQ_CHECKPOINT_SECONDS (between checkpoints of train, default 30).",
      "For s3: APQ_STORE_S3_ENDPOINT, APQ_STORE_S3_REGION, APQ_STORE_S3_PATH_STYLE and AWS_*.",
      "",
      "Exit status: 0 done, 64 usage, 65 shard cannot work, 66 input unusable,",
      "69 storage unavailable, 70 internal error, 75 stopped with a checkpoint,",
      "78 bad specification."
    })
public final class Worker {
  private static final Logger DJL_LOG = Logger.getLogger("ai.djl");

  private final StopSignal stop;

  Worker(StopSignal stop) {
    this.stop = stop;
  }

  /** Runs the command line and ends the process with its exit status. */
  public static void main(String[] args) {
    configureEngine(System.getenv());
    StopSignal stop = new StopSignal();
    stop.install();
    TraceParent.line(System.getenv()).ifPresent(System.err::println);
    int status;
    try {
      status = commandLine(new Worker(stop)).execute(args);
    } catch (RuntimeException | Error e) {
      e.printStackTrace();
      status = ExitCode.INTERNAL.code();
    }
    stop.exit(status);
  }

  static CommandLine commandLine(Worker worker) {
    return new CommandLine(worker)
        .setExitCodeExceptionMapper(Worker::status)
        .setUsageHelpWidth(100);
  }

  private static int status(Throwable problem) {
    boolean usage = problem instanceof CommandLine.ParameterException;
    return (usage ? ExitCode.USAGE : ExitCode.INTERNAL).code();
  }

  @Command(
      name = "train",
      description = "Trains the weight-sharing supernet and checks its health.")
  int train(@CommandLine.Mixin Arguments arguments) {
    return run(Stage.TRAIN, arguments);
  }

  @Command(name = "collect", description = "Measures a shard of full-precision subnets.")
  int collect(@CommandLine.Mixin Arguments arguments) {
    return run(Stage.COLLECT, arguments);
  }

  @Command(
      name = "train-predictor",
      description = "Trains the accuracy predictor on full-precision samples.")
  int trainPredictor(@CommandLine.Mixin Arguments arguments) {
    return run(Stage.TRAIN_PREDICTOR, arguments);
  }

  @Command(name = "collect-quantized", description = "Measures a shard of quantized subnets.")
  int collectQuantized(@CommandLine.Mixin Arguments arguments) {
    return run(Stage.COLLECT_QUANTIZED, arguments);
  }

  @Command(
      name = "transfer",
      description = "Transfers the accuracy predictor to quantized subnets.")
  int transfer(@CommandLine.Mixin Arguments arguments) {
    return run(Stage.TRANSFER, arguments);
  }

  @Command(name = "verify", description = "Fine-tunes and measures the best policies of a search.")
  int verify(
      @CommandLine.Mixin Arguments arguments,
      @Option(
              names = "--supernet",
              required = true,
              paramLabel = "<uri>",
              description = "Artifact folder of the supernet; it is only read.")
          URI supernet) {
    boolean terminal = System.console() != null;
    return new StageRunner(System.getenv(), System.out, terminal, stop)
        .run(Stage.VERIFY, arguments.spec, arguments.store, supernet)
        .code();
  }

  @Command(
      name = "inspect-data",
      description = "Says what is in the data set of a specification, without training.")
  int inspectData(
      @Option(
              names = "--spec",
              required = true,
              paramLabel = "<file>",
              description = "The resolved specification, spec.json.")
          Path spec,
      @Option(
              names = "--sheet",
              paramLabel = "<file>",
              description = "Write a contact sheet of training images to this PNG file.")
          @Nullable Path sheet,
      @Option(
              names = "--data",
              paramLabel = "<folder or uri>",
              description =
                  "Where the data set lies, instead of where the specification says: a folder of"
                      + " this machine, file:///<folder> or s3://<bucket>/<prefix>.")
          @Nullable String data) {
    return new DataInspection(System.out, System.err).inspect(spec, data, sheet).code();
  }

  @Command(
      name = "send",
      description = "Prints files of an artifact folder as text; 'kubectl apq pull' reads it.")
  int send(
      @Option(
              names = "--store",
              required = true,
              paramLabel = "<uri>",
              description = "The artifact folder.")
          URI store,
      @Option(
              names = "--offset",
              defaultValue = "0",
              paramLabel = "<bytes>",
              description = "Leave out so many bytes of the files' joined content.")
          long offset,
      @Option(
              names = "--limit",
              defaultValue = "4194304",
              paramLabel = "<bytes>",
              description = "Print so many bytes at most (default: ${DEFAULT-VALUE}).")
          long limit,
      @CommandLine.Parameters(
              arity = "1..*",
              paramLabel = "<path>",
              description = "A file, or a folder whose manifest lists its files.")
          List<String> paths) {
    return new ArtifactSender(System.getenv(), System.out).send(store, paths, offset, limit).code();
  }

  @Command(
      name = "check",
      description =
          "Recomputes every number of a search's answer from its artifacts, and names a file that"
              + " was changed.")
  int check(
      @CommandLine.Parameters(
              paramLabel = "<uri>",
              description =
                  "Folder of the search's run; status.model.uri or status.results.uri do.")
          URI answer,
      @Option(
              names = "--supernet",
              paramLabel = "<uri>",
              description = "Artifact folder of the supernet (default: found beside the search).")
          @Nullable URI supernet,
      @Option(
              names = "--tolerance",
              defaultValue = "0",
              paramLabel = "<images>",
              description =
                  "Images by which counts may differ, for another kind of processor or number of"
                      + " threads (default: ${DEFAULT-VALUE}).")
          int tolerance) {
    return new AnswerCheck(System.out).check(answer, supernet, tolerance).code();
  }

  @Command(
      name = "compare-quantizers",
      description =
          "Measures the same quantized subnets of a trained supernet with each quantizer.")
  int compareQuantizers(
      @CommandLine.Mixin Arguments arguments,
      @Option(
              names = "--subnets",
              defaultValue = "60",
              paramLabel = "<count>",
              description = "How many subnets (default: ${DEFAULT-VALUE}).")
          int subnets,
      @Option(
              names = "--finetune-steps",
              split = ",",
              defaultValue = "0,4,32",
              paramLabel = "<count>",
              description = "Fine-tuning steps before measuring (default: ${DEFAULT-VALUE}).")
          List<Integer> steps) {
    return new QuantizerComparison(System.out, System.err)
        .compare(arguments.spec, Path.of(arguments.store), subnets, steps)
        .code();
  }

  @Command(
      name = "profile",
      description = "Measures the layers of a search space on this node's processor.")
  int profile(
      @Option(
              names = "--spec",
              paramLabel = "<file>",
              description = "The resolved specification, spec.json, whose space is measured.")
          @Nullable Path spec,
      @Option(
              names = "--preset",
              paramLabel = "<name>",
              description = "A preset search space, instead of a specification.")
          @Nullable String preset,
      @Option(
              names = "--out",
              required = true,
              paramLabel = "<folder>",
              description = "Folder for the results; what lies there is continued.")
          Path folder,
      @Option(
              names = "--name",
              paramLabel = "<table>",
              description = "Name of the table (default: that of the space).")
          @Nullable String name,
      @Option(
              names = "--budget-seconds",
              defaultValue = "600",
              paramLabel = "<n>",
              description = "Be done within this time (default: ${DEFAULT-VALUE}).")
          int budgetSeconds,
      @Option(
              names = "--validate",
              defaultValue = "30",
              paramLabel = "<n>",
              description = "Compare with so many random networks (default: ${DEFAULT-VALUE}).")
          int validate,
      @Option(names = "--send", description = "Print the results as lines of text at the end.")
          boolean send) {
    boolean terminal = System.console() != null;
    return new ProfileRunner(System.getenv(), System.out, terminal, stop)
        .run(new ProfileRunner.Options(spec, preset, folder, name, budgetSeconds, validate, send))
        .code();
  }

  private int run(Stage stage, Arguments arguments) {
    boolean terminal = System.console() != null;
    return new StageRunner(System.getenv(), System.out, terminal, stop)
        .run(stage, arguments.spec, arguments.store)
        .code();
  }

  /** Options of every stage. */
  static final class Arguments {
    @Option(
        names = "--spec",
        required = true,
        paramLabel = "<file>",
        description = "The resolved specification, spec.json.")
    Path spec = Path.of("spec.json");

    @Option(
        names = "--store",
        required = true,
        paramLabel = "<uri>",
        description = "Artifact folder: file:///<folder> or s3://<bucket>/<prefix>.")
    URI store = URI.create("file:///");

    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Show this help and exit.")
    boolean help;
  }

  /**
   * Settings that the native library reads when it is loaded: nothing is fetched from the network,
   * natives are unpacked to a writable folder, and the number of threads is fixed, because the
   * order of sums and so the last bits of every result depend on it.
   */
  public static void configureEngine(Map<String, String> environment) {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    String threads = environment.getOrDefault("OMP_NUM_THREADS", "1");
    System.setProperty("ai.djl.pytorch.num_threads", threads);
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    boolean homeWritable = Files.isWritable(Path.of(System.getProperty("user.home", "/")));
    if (!homeWritable && !environment.containsKey("DJL_CACHE_DIR")) {
      String folder = Path.of(System.getProperty("java.io.tmpdir"), "djl").toString();
      System.setProperty("DJL_CACHE_DIR", folder);
      System.setProperty("ENGINE_CACHE_DIR", folder);
    }
    DJL_LOG.setLevel(Level.WARNING);
  }
}
