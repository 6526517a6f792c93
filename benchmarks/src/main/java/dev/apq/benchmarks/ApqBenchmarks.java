package dev.apq.benchmarks;

import dev.apq.benchmarks.supernet.WorkerChild;
import dev.apq.benchmarks.supernet.WorkerMemory;
import dev.apq.benchmarks.supernet.WorkerSpeed;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point: prints the table of speed and quality; see {@link Report}. */
@Command(
    name = "apq-benchmarks",
    mixinStandardHelpOptions = true,
    version = "apq-benchmarks 0.1.0",
    description = "Measures predictor, search and worker beside the alternatives.",
    subcommands = {
      Report.class,
      Measure.class,
      TighterLimits.class,
      Export.class,
      WorkerSpeed.class,
      WorkerChild.class,
      WorkerMemory.class
    })
public final class ApqBenchmarks {
  private ApqBenchmarks() {}

  /** Runs the command and exits with its code: 0 done, 1 failed, 2 wrong usage. */
  public static void main(String[] arguments) {
    String[] effective = arguments.length == 0 ? new String[] {"report"} : arguments;
    System.exit(new CommandLine(new ApqBenchmarks()).execute(effective));
  }
}
