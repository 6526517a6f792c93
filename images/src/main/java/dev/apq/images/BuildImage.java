package dev.apq.images;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Command line of {@code images/build}. */
@Command(
    name = "images/build",
    description = "Builds an image without a container engine.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class BuildImage implements Callable<Integer> {
  @Parameters(paramLabel = "<program>", description = "One of: ${COMPLETION-CANDIDATES}.")
  private Program program = Program.OPERATOR;

  @Option(
      names = "--root",
      required = true,
      paramLabel = "<folder>",
      description = "The repository; images/build sets it.")
  private Path repository = Path.of(".");

  @Option(
      names = "--version-tag",
      required = true,
      paramLabel = "<version>",
      description = "Tag of the image; images/build takes the project's version.")
  private String version = "";

  @Option(
      names = "--revision",
      defaultValue = "unknown",
      paramLabel = "<commit>",
      description = "Commit that it is built from.")
  private String revision = "";

  @Option(
      names = "--jdk",
      defaultValue = "${env:JAVA_HOME}",
      paramLabel = "<folder>",
      description = "JDK 25 or newer whose runtime goes into the image.")
  private @Nullable Path jdk;

  @Option(
      names = "--base",
      paramLabel = "<image>",
      description =
          "Base image with java on its PATH, for example eclipse-temurin:25-jre; by default none:"
              + " the image then holds a linked runtime and Debian's C library.")
  private @Nullable String base;

  @Option(
      names = "--push",
      paramLabel = "<image>",
      description = "Push to this reference instead of writing a tar file.")
  private @Nullable String push;

  @Option(
      names = "--no-aot",
      description = "Leave the AOT cache out: the image is then the same bit for bit each time.")
  private boolean withoutCache;

  /** Runs the command. */
  public static void main(String... arguments) {
    System.exit(
        new CommandLine(new BuildImage())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  command.getErr().println("error: " + failure.getMessage());
                  return 1;
                })
            .execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Path folder = repository.resolve("images/target").resolve(program.image());
    FileTree.delete(folder);
    Path root = Files.createDirectories(folder.resolve("root"));
    Map<String, String> labels = labels();
    List<String> layers = new ArrayList<>();
    List<String> options = new ArrayList<>();
    installProgram(root);
    if (base == null) {
      installSystem(root, folder, labels);
      layers.addAll(List.of("/", "opt/java"));
    }
    FileTree.stamp(root);
    if (base == null && program == Program.OPERATOR && !withoutCache) {
      AotCache.record(root, Files.createDirectory(folder.resolve("recording")));
      options.add("-XX:AOTCache=" + AotCache.FILE);
    }
    for (String layer : List.of("opt/torch", "opt/djl", "opt/apq")) {
      if (Files.exists(root.resolve(layer))) {
        layers.add(layer);
      }
    }
    String java = base == null ? Program.JAVA + "/bin/java" : "java";
    ImageFile image =
        new ImageFile(
            Optional.ofNullable(base),
            root,
            layers,
            program.command(java, options),
            program.environment(),
            program.ports(),
            labels);
    publish(image, folder);
    return 0;
  }

  private void installProgram(Path root) throws IOException {
    Path build = repository.resolve(program.build());
    if (!Files.isDirectory(build)) {
      throw new IOException(build + " is missing; images/build makes it");
    }
    Path home = root.resolve(Program.HOME.substring(1));
    FileTree.copy(build, home);
    Files.copy(repository.resolve(program.bom()), root.resolve(Program.BOM.substring(1)));
    if (program == Program.WORKER) {
      TorchLibraries.unpack(home.resolve("lib"), root);
    }
  }

  private void installSystem(Path root, Path folder, Map<String, String> labels)
      throws IOException, InterruptedException {
    if (jdk == null || !Files.isExecutable(jdk.resolve("bin/jlink"))) {
      throw new IOException("there is no JDK at " + jdk + "; name one of 25 or newer with --jdk");
    }
    JavaRuntime.link(jdk, root.resolve(Program.JAVA.substring(1)));
    List<String> packages =
        SystemFiles.install(
            program.systemPackages(), root, Files.createDirectory(folder.resolve("packages")));
    labels.put("dev.apq.debian-packages", String.join(" ", packages));
  }

  /** With the credentials that docker or podman have stored. */
  private static RegistryImage registry(String name) throws InvalidImageReferenceException {
    ImageReference reference = ImageReference.parse(name);
    return RegistryImage.named(reference)
        .addCredentialRetriever(
            CredentialRetrieverFactory.forImage(reference, event -> {}).dockerConfig());
  }

  private Map<String, String> labels() {
    Map<String, String> labels = new TreeMap<>();
    labels.put("org.opencontainers.image.title", program.image());
    labels.put("org.opencontainers.image.description", program.description());
    labels.put("org.opencontainers.image.licenses", "Apache-2.0");
    labels.put("org.opencontainers.image.version", version);
    labels.put("org.opencontainers.image.revision", revision);
    return labels;
  }

  private void publish(ImageFile image, Path folder) throws Exception {
    Path tar = folder.resolveSibling(program.image() + "-" + version + ".tar");
    Containerizer target =
        push == null
            ? Containerizer.to(TarImage.at(tar).named(program.image() + ":" + version))
            : Containerizer.to(registry(push));
    JibContainer built = image.build(target, folder.resolveSibling("cache"));
    System.out.println((push == null ? tar.toString() : push) + " " + built.getDigest());
  }
}
