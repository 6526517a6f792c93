package dev.apq.charts;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Renders the chart with Helm's own engine. */
final class Chart {
  static final String RELEASE = "apq-operator";
  static final String NAMESPACE = "apq-system";
  static final String KUBERNETES = "1.34.4";

  private Chart() {}

  /** The objects for the given values, which are YAML over the chart's defaults. */
  static Objects render(String values) {
    return Objects.parse(template(values, KUBERNETES));
  }

  /** What {@code helm template} prints; throws IllegalStateException with its message. */
  static String template(String values, String kubeVersion) {
    return template(Repository.CHART, values, kubeVersion);
  }

  /** The same of another chart. */
  static String template(Path chart, String values, String kubeVersion) {
    Path file = write(values);
    try {
      return new Helm(chart)
          .template()
          .withName(RELEASE)
          .withNamespace(NAMESPACE)
          .withKubeVersion(kubeVersion)
          .withValuesFile(file)
          .call();
    } finally {
      delete(file);
    }
  }

  private static Path write(String values) {
    try {
      return Files.writeString(Files.createTempFile("values", ".yaml"), values);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
