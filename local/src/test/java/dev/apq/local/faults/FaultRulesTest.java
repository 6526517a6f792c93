package dev.apq.local.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultRulesTest {
  private static final ApiRequest CREATE = new ApiRequest("create", "jobs");
  private static final ApiRequest WATCH = new ApiRequest("watch", "jobs");

  private final AtomicLong now = new AtomicLong();
  private final FaultRules rules = new FaultRules(1, now::get);

  @Test
  void applyToTheVerbsAndResourcesThatTheyName() {
    rules.add(FaultRule.answering(500).onVerbs("create").onResources("jobs"));

    assertThat(rules.next(CREATE)).hasValue(new Fault.Answer(500));
    assertThat(rules.next(WATCH)).isEmpty();
    assertThat(rules.next(new ApiRequest("create", "pods"))).isEmpty();
  }

  @Test
  void applyAsOftenAndAsLongAsTheySay(@TempDir Path folder) throws IOException {
    FaultPlan plan =
        read(folder, "rules: [{answer: 429, times: 2, afterSeconds: 10, forSeconds: 20}]");
    plan.rules().forEach(rules::add);

    assertThat(rules.next(CREATE)).isEmpty();
    now.set(TimeUnit.SECONDS.toNanos(10));
    assertThat(rules.next(CREATE)).isPresent();
    assertThat(rules.next(CREATE)).isPresent();
    assertThat(rules.next(CREATE)).isEmpty();
    plan.rules().forEach(rules::add);
    now.set(TimeUnit.SECONDS.toNanos(40));
    assertThat(rules.next(CREATE)).isEmpty();
  }

  @Test
  void drawTheSameRequestsFromTheSameSeed(@TempDir Path folder) throws IOException {
    FaultPlan plan = read(folder, "rules: [{drop: true, probability: 0.5}]");
    assertThat(draws(plan, 7)).isEqualTo(draws(plan, 7)).isNotEqualTo(draws(plan, 8));
    assertThat(draws(plan, 7).chars().filter(c -> c == 'x').count()).isBetween(20L, 80L);
  }

  private static String draws(FaultPlan plan, long seed) {
    FaultRules drawn = new FaultRules(seed);
    plan.rules().forEach(drawn::add);
    StringBuilder text = new StringBuilder();
    IntStream.range(0, 100).forEach(i -> text.append(drawn.next(CREATE).isPresent() ? 'x' : '.'));
    return text.toString();
  }

  @Test
  void holdBackOnlyWhatTheyNameAndOnlyWhileInForce() {
    FaultRules.Active rule =
        rules.add(FaultRule.delaying(Duration.ofSeconds(5)).onVerbs("watch").onResources("jobs"));

    assertThat(rules.delay(WATCH)).isEqualTo(Duration.ofSeconds(5));
    assertThat(rules.delay(CREATE)).isZero();
    assertThat(rules.next(WATCH)).isEmpty();
    rule.close();
    assertThat(rules.delay(WATCH)).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rules: [{verbs: [create]}]",
        "rules: [{answer: 200}]",
        "rules: [{answer: 500, drop: true}]",
        "rules: [{delayMillis: 5, times: 2}]",
        "rules: [{drop: true, probability: 2}]",
        "rules: [{drop: true, sometimes: 2}]",
        "rules: 5",
      })
  void areRefusedWhenTheySayNothingOrTooMuch(String yaml, @TempDir Path folder) {
    assertThatThrownBy(() -> read(folder, yaml))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rules.yaml holds no fault rules");
  }

  private static FaultPlan read(Path folder, String yaml) throws IOException {
    return FaultPlan.read(Files.writeString(folder.resolve("rules.yaml"), yaml));
  }
}
