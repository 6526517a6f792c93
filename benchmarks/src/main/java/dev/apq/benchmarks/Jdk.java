package dev.apq.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * An installed JDK or JRE.
 *
 * @param home its folder
 * @param feature its feature release, for example 17
 * @param version its full version
 */
record Jdk(Path home, int feature, String version) {
  private static final List<Path> PLACES = List.of(Path.of("/usr/lib/jvm"), Path.of("/opt/java"));

  /** The JDK that runs this program. */
  static Jdk running() {
    return new Jdk(
        Path.of(System.getProperty("java.home")),
        Runtime.version().feature(),
        Runtime.version().toString());
  }

  /** One JDK for each feature release from 17 on, the running one among them. */
  static List<Jdk> installed() throws IOException {
    TreeMap<Integer, Jdk> found = new TreeMap<>();
    for (Path place : PLACES) {
      if (Files.isDirectory(place)) {
        try (Stream<Path> homes = Files.list(place)) {
          for (Path home : homes.sorted().toList()) {
            at(home).filter(jdk -> jdk.feature >= 17).ifPresent(jdk -> found.put(jdk.feature, jdk));
          }
        }
      }
    }
    found.put(running().feature, running());
    return new ArrayList<>(found.values());
  }

  /** The JDK in a folder, if there is one. */
  static Optional<Jdk> at(Path home) throws IOException {
    Path release = home.resolve("release");
    if (!Files.isExecutable(home.resolve("bin/java")) || !Files.isReadable(release)) {
      return Optional.empty();
    }
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(release)) {
      properties.load(reader);
    }
    String version = properties.getProperty("JAVA_VERSION", "").replace("\"", "");
    if (version.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Jdk(home, Runtime.Version.parse(version).feature(), version));
  }

  /** The launcher. */
  String java() {
    return home.resolve("bin/java").toString();
  }

  @Override
  public String toString() {
    return "JDK " + feature;
  }
}
