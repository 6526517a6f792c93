package dev.apq.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Classes as the Java virtual machine of JDK 25 and newer maps them instead of loading them,
 * recorded by starting the operator where there is no cluster: it ends when it has looked for one.
 */
final class AotCache {
  static final String FILE = Program.HOME + "/apq.aot";

  private AotCache() {}

  /** Writes the cache below {@code root}, which is a whole file system of the operator. */
  static void record(Path root, Path work) throws IOException, InterruptedException {
    Path cache = root.resolve(FILE.substring(1));
    List<String> command = new ArrayList<>();
    command.add(root.resolve(Program.JAVA.substring(1) + "/bin/java").toString());
    command.add("-XX:AOTCacheOutput=" + cache);
    command.addAll(List.of("-jar", root.resolve("opt/apq/quarkus-run.jar").toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(work.toFile()).redirectErrorStream(true);
    Path log = work.resolve("recording.log");
    builder.redirectOutput(log.toFile());
    builder.environment().put("KUBECONFIG", noCluster(work).toString());
    builder.environment().put("QUARKUS_HTTP_PORT", "0");
    builder.environment().put("APQ_STORE_ROOT", work.toUri().toString());
    builder.start().waitFor();
    if (!Files.isRegularFile(cache)) {
      throw new IOException("the operator left no AOT cache:\n" + Files.readString(log));
    }
  }

  private static Path noCluster(Path work) throws IOException {
    return Files.writeString(
        work.resolve("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: none, cluster: {server: "http://127.0.0.1:9"}}]
        contexts: [{name: none, context: {cluster: none, user: none}}]
        users: [{name: none, user: {token: none}}]
        current-context: none
        """);
  }
}
