package dev.apq.kubectl;

import dev.apq.api.v1alpha1.SupernetTrainingSpec;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.kubectl.error.ExitStatus;
import dev.apq.kubectl.error.PluginException;
import dev.apq.kubectl.manifest.TrainingManifest;
import dev.apq.resolution.WorkerSpecs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Prints what workers would be told, without a cluster. */
@Command(
    name = "spec",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the specification (spec.json) that workers would be given for a manifest, with"
          + " presets written out and defaults filled in.",
      "Needs no cluster: 'worker inspect-data' and 'worker estimate' read it before anything is"
          + " applied."
    },
    footer = {
      "",
      "Examples:",
      "  kubectl apq spec -f k8s/samples/cluttered-digits.yaml > spec.json",
      "  kustomize build . | kubectl apq spec -f -"
    })
final class SpecCommand implements Callable<Integer> {
  private static final int MAX_BYTES = 1 << 20;

  @ParentCommand private @Nullable KubectlApq plugin;

  @Option(
      names = {"-f", "--filename"},
      required = true,
      paramLabel = "FILE",
      description =
          "Manifest with a SupernetTraining, or an ApqSearch with a supernetTemplate; - reads"
              + " standard input.")
  private String file = "";

  @Override
  public Integer call() {
    SupernetTrainingSpec training = TrainingManifest.parse(text());
    if (plugin != null) {
      byte[] specification = resolve(training).canonicalJson();
      plugin.console().out().print(new String(specification, StandardCharsets.UTF_8) + "\n");
    }
    return ExitStatus.DONE.code();
  }

  private static WorkerSpec resolve(SupernetTrainingSpec training) {
    try {
      return WorkerSpecs.of(training);
    } catch (IllegalArgumentException e) {
      throw new PluginException(
          ExitStatus.USAGE,
          String.valueOf(e.getMessage()),
          "correct the manifest; kubectl apply --dry-run=server checks it completely",
          e);
    }
  }

  private String text() {
    try {
      byte[] bytes =
          file.equals("-")
              ? System.in.readNBytes(MAX_BYTES + 1)
              : read(Files.newInputStream(Path.of(file)));
      if (bytes.length > MAX_BYTES) {
        throw new PluginException(
            ExitStatus.USAGE, file + " is larger than 1 MiB", "name a manifest");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new PluginException(
          ExitStatus.USAGE, file + " cannot be read: " + e, "check the path and its rights", e);
    }
  }

  private static byte[] read(java.io.InputStream stream) throws IOException {
    try (stream) {
      return stream.readNBytes(MAX_BYTES + 1);
    }
  }
}
