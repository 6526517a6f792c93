package dev.apq.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes the problem for searches in other languages. */
@Command(
    name = "export",
    description = "Writes space, latency table and predictor for benchmarks/python.")
final class Export implements Callable<Integer> {
  @Option(names = "--weights", required = true, description = "Predictor of apq-imagenet.")
  private Path weights = Path.of("predictor.safetensors");

  @Option(names = "--out", required = true, description = "Folder to fill.")
  private Path folder = Path.of("problem");

  @Override
  public Integer call() throws Exception {
    Files.createDirectories(folder);
    ProblemExport.write(Workload.load(weights), weights, folder);
    return 0;
  }
}
