package dev.apq.worker.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.apq.core.artifact.Json;
import dev.apq.core.cost.LayerSet;
import dev.apq.core.cost.LayerShape;
import dev.apq.core.cost.MeasuredTable;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.SearchSpace;
import dev.apq.core.space.StageSpace;
import dev.apq.core.space.Stem;
import dev.apq.worker.export.FrozenNetwork;
import dev.apq.worker.export.OnnxModel;
import dev.apq.worker.export.OnnxSession;
import dev.apq.worker.export.RandomNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfilerTest {
  private static final SearchSpace SPACE =
      new SearchSpace(
          "tiny",
          12,
          1,
          4,
          new Stem(4, 3, 1),
          null,
          List.of(new StageSpace(8, 2, 1, 2, List.of(3, 5), "1", "2", 4)),
          16,
          List.of(4, 6, 8));

  @TempDir private Path folder;

  @Test
  void measuresEveryLayerAndComparesWithWholeNetworks() throws Exception {
    List<Double> fractions = new ArrayList<>();
    Profiler.Outcome outcome =
        new Profiler(request(12, 4), (f, m) -> fractions.add(f), () -> false, new Ticks()).run();
    MeasuredTable table = MeasuredTable.parse(Files.readAllBytes(folder.resolve(Profiler.TABLE)));
    assertThat(table.missing(SPACE, LayerSet.COMPLETE)).isEmpty();
    assertThat(outcome.rows()).isEqualTo(MeasuredTable.required(SPACE, LayerSet.COMPLETE).size());
    assertThat(table.name()).isEqualTo("node");
    LayerShape narrow = new LayerShape(8, 16, 6, 1, 1, 1, 4, 4);
    LayerShape middle = new LayerShape(8, 16, 6, 1, 1, 1, 6, 6);
    LayerShape wideWeights = new LayerShape(8, 16, 6, 1, 1, 1, 8, 6);
    assertThat(table.price(narrow)).isEqualTo(table.price(middle));
    assertThat(table.price(middle)).isEqualTo(table.price(wideWeights));
    assertThat(table.price(narrow).latencyMs()).isPositive();
    JsonNode validation = Json.read(folder.resolve(Profiler.VALIDATION), JsonNode.class, 1 << 20);
    assertThat(validation.path("networks")).hasSize(4);
    for (JsonNode network : validation.path("networks")) {
      double ratio = network.path("predictedMs").asDouble() / network.path("measuredMs").asDouble();
      assertThat(ratio).as("of the same order").isBetween(0.1, 10.0);
    }
    assertThat(fractions).isSorted().allMatch(f -> f >= 0 && f <= 1);
    JsonNode metadata = Json.read(folder.resolve(Profiler.METADATA), JsonNode.class, 1 << 20);
    assertThat(metadata.path("processor").asText()).isNotBlank();
    assertThat(Files.readString(folder.resolve(Profiler.DRAWING))).startsWith("<svg");
  }

  @Test
  void continuesWhereItWasStopped() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    Profiler stopped =
        new Profiler(request(12, 0), (f, m) -> {}, () -> asked.incrementAndGet() > 3, new Ticks());
    assertThatThrownBy(stopped::run).isInstanceOf(Profiler.StoppedException.class);
    assertThat(folder.resolve(Profiler.TABLE)).doesNotExist();
    List<String> messages = new ArrayList<>();
    new Profiler(request(12, 0), (f, m) -> messages.add(m), () -> false, new Ticks()).run();
    assertThat(messages.get(0)).startsWith("network 4,");
    assertThat(folder.resolve(Profiler.TABLE)).exists();
    assertThat(folder.resolve(Profiler.VALIDATION)).doesNotExist();
  }

  @Test
  void saysWhenTheBudgetIsTooSmall() {
    Profiler profiler = new Profiler(request(2, 0), (f, m) -> {}, () -> false, new Ticks());
    assertThatThrownBy(profiler::run)
        .isInstanceOf(Profiler.BudgetException.class)
        .hasMessageContaining("layers are missing");
  }

  @Test
  void theRuntimeComputesInIntegersWhereAQuantizerFollows() throws Exception {
    for (int number = 0; number < 4; number++) {
      FrozenNetwork network =
          RandomNetwork.of(
              SPACE, new Cover(SPACE, RandomStream.of(1)).policy(number), RandomStream.of(2));
      Path log;
      try (OnnxSession session =
          OnnxSession.recording(OnnxModel.bytes(network, Map.of()), 1, folder.resolve("kernels"))) {
        session.nanos(new float[12 * 12], 1, 12, 1);
        log = session.finishRecording();
      }
      Set<String> integer = new TreeSet<>();
      for (JsonNode event : Json.mapper().readTree(log.toFile())) {
        if (event.path("args").path("op_name").asText().equals("QLinearConv")) {
          integer.add(event.path("name").asText().replaceAll("_.*", ""));
        }
      }
      assertThat(integer)
          .isEqualTo(
              IntStream.range(0, network.layers().size())
                  .filter(network::integerOutput)
                  .mapToObj(i -> network.layers().get(i).name())
                  .collect(Collectors.toCollection(TreeSet::new)))
          .isNotEmpty();
    }
  }

  @Test
  void everyRoundCoversTheSpace() {
    Cover cover = new Cover(SPACE, RandomStream.of(1));
    for (int round = 0; round < 2; round++) {
      List<LayerShape> seen = new ArrayList<>();
      for (int i = 0; i < cover.size(); i++) {
        var policy = cover.policy(round * cover.size() + i);
        assertThat(policy.problems(SPACE)).isEmpty();
        RandomNetwork.of(SPACE, policy, RandomStream.of(2))
            .layers()
            .forEach(layer -> seen.add(Precisions.measured(layer.shape())));
      }
      assertThat(LatencyTable.required(SPACE))
          .allMatch(shape -> seen.contains(Precisions.measured(shape)));
    }
  }

  private Profiler.Request request(int budget, int validate) {
    return new Profiler.Request(SPACE, "node", folder, 1, budget, validate);
  }

  /** A clock of which each look takes 0.1 s, so that the machine's load decides nothing. */
  private static final class Ticks implements LongSupplier {
    private long now;

    @Override
    public long getAsLong() {
      now += 100_000_000L;
      return now;
    }
  }
}
