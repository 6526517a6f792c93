package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apq.local.e2e.Launcher.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The command at the top of the README, with its full budgets. */
class DemoIT {
  private static final Duration LIMIT = Duration.ofMinutes(30);
  private final ObjectMapper json = new ObjectMapper();

  @Test
  void trainsCollectsTransfersSearchesAndAnswersTwice() throws IOException {
    Path home = Path.of(System.getProperty("apq.e2e.directory") + "-demo");
    Launcher apq =
        new Launcher(Path.of(Objects.requireNonNull(System.getProperty("apq.root"))), home);

    Run demo = apq.start("demo");

    assertThat(demo.exit(LIMIT)).as(demo.text()).isZero();
    System.out.println(demo.text());
    assertThat(demo.text())
        .contains("Best policy of cluttered-digits\n", "Best policy of cluttered-digits-tight\n")
        .containsPattern("accuracy +0\\.\\d+ \\(measured on \\d+ test images")
        .contains("quantization-aware predictor: Kendall tau")
        .contains("  healthy, accuracy of the largest subnet");
    assertThat(apq.leftovers()).isEmpty();
    Path store = home.resolve("demo/artifacts/default");
    assertThat(samples(store, "collect")).isGreaterThanOrEqualTo(300);
    assertThat(samples(store, "collect-quantized")).isGreaterThanOrEqualTo(100);
    List<Path> results = find(store, "search/result.json");
    assertThat(results).hasSize(2);
    for (Path seal : find(store, "verify/manifest.json")) {
      assertThat(read(seal).path("counts").path("testImages").asLong()).isGreaterThan(500);
    }
    assertThat(find(store, "verify/manifest.json")).hasSize(2);
    for (Path result : results) {
      assertThat(read(result).path("evaluations").asLong()).isGreaterThanOrEqualTo(20_000);
    }
  }

  private long samples(Path store, String stage) throws IOException {
    List<Path> seals = find(store, stage + "/manifest.json");
    assertThat(seals).hasSize(1);
    return read(seals.get(0)).path("counts").path("samples").asLong();
  }

  private JsonNode read(Path file) throws IOException {
    return json.readTree(file.toFile());
  }

  private static List<Path> find(Path store, String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(store)) {
      return files.filter(file -> file.endsWith(suffix)).toList();
    }
  }
}
