package dev.apq.images;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A Java runtime of the modules that operator and worker need, made by jlink. */
final class JavaRuntime {
  /** One list for both images, so that a node stores the layer once. */
  private static final String MODULES =
      "java.se,jdk.jfr,jdk.management,jdk.net,jdk.unsupported,jdk.zipfs";

  private JavaRuntime() {}

  /** Links the runtime of the JDK {@code home} into {@code target}, which must not exist. */
  static void link(Path home, Path target) throws IOException, InterruptedException {
    Commands.run(
        home,
        List.of(
            home.resolve("bin/jlink").toString(),
            "--add-modules=" + MODULES,
            "--strip-debug",
            "--no-header-files",
            "--no-man-pages",
            "--output=" + target));
  }
}
