package dev.apq.charts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** Builds a kustomization with kubectl, which the project's tests need on the PATH. */
final class Kustomize {
  private Kustomize() {}

  static Objects build(Path folder) {
    try {
      Process kubectl = new ProcessBuilder("kubectl", "kustomize", folder.toString()).start();
      CompletableFuture<String> errors =
          CompletableFuture.supplyAsync(() -> read(kubectl.errorReader(StandardCharsets.UTF_8)));
      String documents = read(kubectl.inputReader(StandardCharsets.UTF_8));
      assertThat(kubectl.waitFor()).as(errors.join()).isZero();
      return Objects.parse(documents);
    } catch (IOException e) {
      throw new UncheckedIOException("install kubectl: the tests build kustomizations with it", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String read(Reader reader) {
    try (reader) {
      StringWriter text = new StringWriter();
      reader.transferTo(text);
      return text.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
