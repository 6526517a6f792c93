package dev.apq.operator.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.ApqSearchSpec;
import dev.apq.core.cost.BitFusion;
import dev.apq.core.cost.HardwareProfile;
import dev.apq.core.policy.Sampler;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.Presets;
import dev.apq.core.space.SearchSpace;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every combination of supernet, search, results and suspension. */
class SearchDeciderTest {
  private static final SearchSpace SPACE = Presets.named("digits").orElseThrow();
  private static final ApqSearchSpec REFERENCE =
      spec("supernetRef: {name: shared}\nconstraints: [{metric: BitOps, max: '0.01'}]");
  private static final ApqSearchSpec TEMPLATE =
      spec(
          """
          supernetTemplate:
            spec:
              searchSpace: {preset: digits}
              dataset: {builtin: digits}
              recipe: {epochs: 1}
              collection: {fullPrecisionSamples: 4, quantizedSamples: 4}
          """);

  @Test
  void everyWorldIsDecidedWithinTheRules() {
    int worlds = 0;
    for (ApqSearchSpec spec :
        List.of(REFERENCE, TEMPLATE, suspended(REFERENCE), suspended(TEMPLATE))) {
      for (SearchWorld world : worlds(spec)) {
        worlds++;
        check(spec, world, SearchDecider.decide(spec, world));
      }
    }
    assertThat(worlds).isGreaterThan(100);
  }

  private static void check(ApqSearchSpec spec, SearchWorld world, SearchDecision decision) {
    String name = spec.suspend() + " " + world + " -> " + decision;
    List<SearchAction> actions = decision.actions();
    boolean found = world.state() instanceof SearchState.Found;
    assertThat(actions.contains(new SearchAction.StartSearch()))
        .as(name)
        .isEqualTo(
            !spec.suspend()
                && world.supernet() instanceof Supernet.Ready
                && world.problem() == null
                && world.state() instanceof SearchState.Absent);
    assertThat(actions.contains(new SearchAction.CreateSupernet()))
        .as(name)
        .isEqualTo(
            spec.supernetTemplate() != null
                && world.supernet() instanceof Supernet.Missing
                && !(spec.suspend() && !found));
    assertThat(actions.contains(new SearchAction.PublishResult()))
        .as(name)
        .isEqualTo(
            world.supernet() instanceof Supernet.Ready
                && found
                && !world.published()
                && world.problem() == null);
    if (spec.suspend() && !found) {
      assertThat(decision.outcome()).as(name).isInstanceOf(SearchOutcome.Suspended.class);
    }
    if (decision.outcome() instanceof SearchOutcome.Completed) {
      assertThat(found).as(name).isTrue();
    }
    if (decision.outcome() instanceof SearchOutcome.Stalled stalled) {
      assertThat(stalled.remedy()).as(name).isNotBlank();
    }
  }

  private static List<SearchWorld> worlds(ApqSearchSpec spec) {
    List<Supernet> supernets =
        List.of(
            new Supernet.Missing("s"),
            new Supernet.Unfinished("s", "Training", "m", false, 30, false, true),
            new Supernet.Unfinished("s", "Suspended", "m", false, 30, true, true),
            new Supernet.Unfinished("s", "JobFailed", "m", true, 30, false, false),
            new Supernet.Ready("s", SPACE, Path.of("p"), "sha256:0", null, null, "0.3"));
    SearchAnswer.Point point = point();
    List<SearchState> states =
        List.of(
            new SearchState.Absent(),
            new SearchState.Running(new SearchRun.Progress(0, 9, 0, Double.NaN), false),
            new SearchState.Running(new SearchRun.Progress(3, 9, 300, 0.5), true),
            new SearchState.Infeasible("too tight"),
            new SearchState.Failed("broken"),
            new SearchState.Found(
                new SearchAnswer(1, "sha256:0", 9, point, List.of(point)), "sha256:1", 1));
    SearchWorld.Problem problem = new SearchWorld.Problem("HardwareUnusable", "m", "r");
    List<SearchWorld> worlds = new ArrayList<>();
    for (Supernet supernet : supernets) {
      boolean ready = supernet instanceof Supernet.Ready;
      for (SearchState state : ready ? states : List.<SearchState>of(new SearchState.Absent())) {
        for (boolean published : List.of(false, true)) {
          for (SearchWorld.Problem wrong : problems(ready ? problem : null)) {
            worlds.add(
                new SearchWorld(supernet, ready ? plan(spec) : null, wrong, state, published));
          }
        }
      }
    }
    return worlds;
  }

  private static List<SearchWorld.@Nullable Problem> problems(SearchWorld.@Nullable Problem one) {
    List<SearchWorld.@Nullable Problem> problems = new ArrayList<>();
    problems.add(null);
    if (one != null) {
      problems.add(one);
    }
    return problems;
  }

  static SearchAnswer.Point point() {
    var policy = new Sampler(SPACE).quantized(RandomStream.of(1, 2));
    return new SearchAnswer.Point(0.9, null, Map.of("BitOps", 0.01), policy.digest(), policy);
  }

  static SearchPlan plan(ApqSearchSpec spec) {
    return SearchPlan.of(
        spec,
        SPACE,
        Path.of("predictor.safetensors"),
        "sha256:0",
        new Hardware(new BitFusion(HardwareProfile.bitfusion()), "sha256:h"));
  }

  static ApqSearchSpec spec(String yaml) {
    return Serialization.unmarshal(yaml, ApqSearchSpec.class);
  }

  private static ApqSearchSpec suspended(ApqSearchSpec spec) {
    return new ApqSearchSpec(
        spec.supernetRef(),
        spec.supernetTemplate(),
        spec.constraints(),
        spec.objectives(),
        spec.hardware(),
        spec.evolution(),
        spec.verify(),
        spec.worker(),
        spec.runPolicy(),
        true);
  }
}
