package dev.apq.benchmarks.supernet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.artifact.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TraceTest {
  @Test
  void timeInsideAnotherCallCountsThereOnly() throws Exception {
    String trace =
        """
        [{"ph":"X","name":"conv","tid":1,"ts":0,"dur":100},
         {"ph":"X","name":"empty","tid":1,"ts":10,"dur":5},
         {"ph":"X","name":"kernel","tid":1,"ts":20,"dur":60},
         {"ph":"X","name":"empty","tid":1,"ts":30,"dur":10},
         {"ph":"M","name":"process_name","tid":1},
         {"ph":"X","name":"conv","tid":1,"ts":100,"dur":40},
         {"ph":"X","name":"empty","tid":2,"ts":50,"dur":7}]
        """;
    Map<String, Trace.Call> calls = Trace.sum(Json.mapper().readTree(trace));
    assertThat(calls)
        .containsOnly(
            Map.entry("conv", new Trace.Call(100 - 5 - 60 + 40, 2)),
            Map.entry("kernel", new Trace.Call(50, 1)),
            Map.entry("empty", new Trace.Call(22, 3)));
  }
}
