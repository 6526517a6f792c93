package dev.apq.images;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What an image runs. */
enum Program {
  /** The operator: no native library beside the C library. */
  OPERATOR(
      "the operator",
      "operator/target/quarkus-aot",
      "quarkus-run.jar",
      List.of("libc6"),
      List.of(8080)),
  /** The worker, with libtorch for the CPU. */
  WORKER(
      "the worker",
      "worker/target/apq-worker",
      "apq-worker.jar",
      List.of("libc6", "libgcc-s1", "libstdc++6"),
      List.of());

  /** Where the program lies in its image. */
  static final String HOME = "/opt/apq";

  /** Where the bill of its materials lies in its image. */
  static final String BOM = HOME + "/bom.cdx.json";

  /** Where the Java runtime lies in an image without a base. */
  static final String JAVA = "/opt/java";

  private final String role;
  private final String build;
  private final String jar;
  private final List<String> systemPackages;
  private final List<Integer> ports;

  Program(String role, String build, String jar, List<String> systemPackages, List<Integer> ports) {
    this.role = role;
    this.build = build;
    this.jar = jar;
    this.systemPackages = systemPackages;
    this.ports = ports;
  }

  /** Folder of the build below the repository's root. */
  String build() {
    return build;
  }

  /** The bill of its materials, in CycloneDX, below the repository's root. */
  String bom() {
    return module() + "/target/bom.json";
  }

  /** Debian packages with the native libraries that program and runtime are linked to. */
  List<String> systemPackages() {
    return systemPackages;
  }

  List<Integer> ports() {
    return ports;
  }

  /** Name of its image. */
  String image() {
    return "apq-" + module();
  }

  private String module() {
    return name().toLowerCase(Locale.ROOT);
  }

  String description() {
    return "Joint search of network architecture, pruning and quantization on Kubernetes: " + role;
  }

  /** The command line for {@code java}, with options of the virtual machine before the jar. */
  List<String> command(String java, List<String> options) {
    List<String> command = new ArrayList<>(List.of(java));
    if (this == WORKER) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(options);
    command.addAll(List.of("-jar", HOME + "/" + jar));
    return List.copyOf(command);
  }

  Map<String, String> environment() {
    return this == OPERATOR ? Map.of() : TorchLibraries.ENVIRONMENT;
  }
}
