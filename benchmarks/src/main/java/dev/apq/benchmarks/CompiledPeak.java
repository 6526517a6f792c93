package dev.apq.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The machine's FMA peak by a C kernel, where a C compiler is installed. */
final class CompiledPeak {
  private static final String SOURCE = "fma_peak.c";

  private final Path executable;

  private CompiledPeak(Path executable) {
    this.executable = executable;
  }

  /** Compiles the kernel in {@code folder}; empty without a working compiler. */
  static Optional<CompiledPeak> compile(Path folder) throws IOException {
    Path source = folder.resolve(SOURCE);
    try (InputStream in = CompiledPeak.class.getResourceAsStream(SOURCE)) {
      if (in == null) {
        throw new IllegalStateException(SOURCE + " is missing from the jar");
      }
      Files.write(source, in.readAllBytes());
    }
    Path executable = folder.resolve("fma_peak");
    List<String> command =
        List.of("cc", "-O3", "-march=native", "-ffp-contract=fast", "-o", executable.toString());
    Child.Result compiled = Child.run(Child.with(command, source.toString()), folder);
    return compiled.ok() ? Optional.of(new CompiledPeak(executable)) : Optional.empty();
  }

  /** GFLOP/s of one thread, the best of a dozen slices. */
  double measure() throws IOException {
    Child.Result result = Child.run(List.of(executable.toString()), Path.of("").toAbsolutePath());
    return Double.parseDouble(result.orThrow().strip());
  }
}
