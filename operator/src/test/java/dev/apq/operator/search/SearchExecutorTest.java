package dev.apq.operator.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.apq.api.v1alpha1.ApqSearchSpec;
import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.Json;
import dev.apq.core.artifact.Safetensors;
import dev.apq.core.cost.BitFusion;
import dev.apq.core.cost.HardwareProfile;
import dev.apq.core.policy.Encoding;
import dev.apq.core.random.RandomStream;
import dev.apq.core.search.SearchAnswer;
import dev.apq.core.space.Presets;
import dev.apq.core.space.SearchSpace;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real searches over a small predictor with random weights. */
class SearchExecutorTest {
  private static final SearchSpace SPACE = Presets.named("digits").orElseThrow();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;
  private Path predictor = Path.of("unset");
  private SearchExecutor executor = executor();

  private static SearchExecutor executor() {
    return new SearchExecutor(new PredictorSearchRuns(), new SimpleMeterRegistry(), 1, 5);
  }

  @BeforeEach
  void writePredictor() throws IOException {
    predictor = folder.resolve("predictor.safetensors");
    Encoding encoding = new Encoding(SPACE);
    Map<String, FloatTensor> tensors = new TreeMap<>();
    int hidden = 16;
    put(tensors, "hidden.0.weight", hidden, encoding.architectureFeatures());
    put(tensors, "hidden.0.bias", hidden);
    put(tensors, "hidden.1.weight", hidden, hidden);
    put(tensors, "hidden.1.bias", hidden);
    put(tensors, "hidden.2.weight", hidden, hidden);
    put(tensors, "hidden.2.bias", hidden);
    put(tensors, "output.weight", 1, hidden);
    put(tensors, "output.bias", 1);
    put(tensors, "bits.weight", hidden, encoding.bitFeatures());
    put(tensors, "bits.bias", hidden);
    Safetensors.write(predictor, tensors);
  }

  @AfterEach
  void close() throws InterruptedException {
    executor.close();
  }

  @Test
  void anInterruptedSearchGivesTheSameBytes() throws Exception {
    SearchPlan plan = plan("0.02", 60);
    SearchStore undisturbed = new SearchStore(folder.resolve("a"));
    finish("a", plan, undisturbed);

    SearchStore disturbed = new SearchStore(folder.resolve("b"));
    executor.close();
    executor = new SearchExecutor(stopping("b", 20), new SimpleMeterRegistry(), 1, 1_000);
    executor.start(new SearchExecutor.Owner("b", () -> true, () -> {}), plan, disturbed);
    await()
        .atMost(PATIENCE)
        .until(() -> Files.exists(disturbed.folder().resolve("checkpoint.json")));
    assertThat(disturbed.result()).doesNotExist();
    executor.close();
    executor = executor();
    finish("b", plan, disturbed);

    assertThat(disturbed.result()).hasSameBinaryContentAs(undisturbed.result());
    assertThat(disturbed.folder().resolve("checkpoint.json")).doesNotExist();
  }

  @Test
  void aDamagedCheckpointCostsTimeButNotTheAnswer() throws Exception {
    SearchPlan plan = plan("0.02", 10);
    SearchStore clean = new SearchStore(folder.resolve("a"));
    finish("a", plan, clean);
    SearchStore damaged = new SearchStore(folder.resolve("b"));
    Files.createDirectories(damaged.folder());
    Files.writeString(damaged.folder().resolve("checkpoint.json"), "{\"version\": 1, \"gar");
    finish("b", plan, damaged);
    assertThat(damaged.result()).hasSameBinaryContentAs(clean.result());
  }

  @Test
  void aShortSearchEndsWhileALongOneRunsOnTheSameThread() throws Exception {
    SearchPlan longPlan = plan("0.02", 100_000);
    executor.start(
        new SearchExecutor.Owner("long", () -> true, () -> {}),
        longPlan,
        new SearchStore(folder.resolve("long")));
    finish("short", plan("0.02", 5), new SearchStore(folder.resolve("short")));
    assertThat(executor.state("long", longPlan)).get().isInstanceOf(SearchState.Running.class);
  }

  @Test
  void anImpossibleLimitIsReportedWithTheNearestPossibleValue() throws Exception {
    SearchPlan plan = plan("0.000001", 5);
    SearchState state = end("impossible", plan, new SearchStore(folder.resolve("i")));
    assertThat(state).isInstanceOf(SearchState.Infeasible.class);
    assertThat(((SearchState.Infeasible) state).message()).contains("BitOps").contains("least");
  }

  @Test
  void aPredictorThatChangedSinceItWasSealedIsRefused() throws Exception {
    SearchPlan plan = plan("0.02", 5);
    byte[] bytes = Files.readAllBytes(predictor);
    bytes[bytes.length - 1] ^= 1;
    Files.write(predictor, bytes);
    SearchState state = end("changed", plan, new SearchStore(folder.resolve("c")));
    assertThat(state).isInstanceOf(SearchState.Failed.class);
    assertThat(((SearchState.Failed) state).message()).contains("changed since it was sealed");
  }

  @Test
  void theSearchOfADeletedResourceStops() throws Exception {
    SearchPlan plan = plan("0.02", 100_000);
    AtomicBoolean exists = new AtomicBoolean(true);
    SearchStore store = new SearchStore(folder.resolve("d"));
    executor.start(new SearchExecutor.Owner("deleted", exists::get, () -> {}), plan, store);
    exists.set(false);
    finish("next", plan("0.02", 5), new SearchStore(folder.resolve("n")));
    assertThat(executor.state("deleted", plan)).isEmpty();
  }

  @Test
  void aForgedAnswerIsComputedAgain() throws Exception {
    SearchPlan plan = plan("0.02", 5);
    SearchStore store = new SearchStore(folder.resolve("f"));
    finish("f", plan, store);
    String forged =
        Files.readString(store.result())
            .replaceFirst("\"digest\":\"sha256:.", "\"digest\":\"sha256:z");
    Files.writeString(store.result(), forged);
    assertThat(store.find(plan)).isEmpty();
  }

  /** Searches that are stopped from outside when they reach a generation. */
  private SearchRuns stopping(String uid, int generation) {
    return (plan, checkpoint) -> {
      SearchRun run = new PredictorSearchRuns().prepare(plan, checkpoint);
      return new SearchRun() {
        @Override
        public boolean finished() {
          return run.finished();
        }

        @Override
        public void step() {
          run.step();
          if (run.progress().generation() == generation) {
            executor.stop(uid);
          }
        }

        @Override
        public Progress progress() {
          return run.progress();
        }

        @Override
        public byte[] checkpoint() throws IOException {
          return run.checkpoint();
        }

        @Override
        public SearchAnswer answer() {
          return run.answer();
        }
      };
    };
  }

  private void finish(String uid, SearchPlan plan, SearchStore store) throws Exception {
    assertThat(end(uid, plan, store)).isInstanceOf(SearchState.Found.class);
    assertThat(store.find(plan)).isPresent();
  }

  private SearchState end(String uid, SearchPlan plan, SearchStore store) throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    executor.start(new SearchExecutor.Owner(uid, () -> true, ended::countDown), plan, store);
    assertThat(ended.await(PATIENCE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    Optional<SearchState> state = executor.state(uid, plan);
    return state.orElseThrow();
  }

  private SearchPlan plan(String maxBitOps, int generations) throws IOException {
    ApqSearchSpec spec =
        SearchDeciderTest.spec(
            """
            supernetRef: {name: s}
            constraints: [{metric: BitOps, max: "%s"}]
            evolution: {populationSize: 20, generations: %d, seed: 3}
            """
                .formatted(maxBitOps, generations));
    return SearchPlan.of(
        spec,
        SPACE,
        predictor,
        Digests.sha256(predictor),
        new Hardware(
            new BitFusion(HardwareProfile.bitfusion()), Json.bytes(HardwareProfile.bitfusion())));
  }

  private static void put(Map<String, FloatTensor> tensors, String name, int... shape) {
    int size = java.util.Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    float[] data = new float[size];
    RandomStream random = RandomStream.of(5, name.hashCode());
    for (int i = 0; i < size; i++) {
      data[i] = (float) random.nextGaussian() * 0.1f;
    }
    tensors.put(name, new FloatTensor(shape, data));
  }
}
