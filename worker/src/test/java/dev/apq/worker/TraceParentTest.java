package dev.apq.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {
  @Test
  void namesTraceAndSpan() {
    String parent = "00-" + "0af7651916cd43dd8448eb211c80319c" + "-b7ad6b7169203331-01";
    assertThat(TraceParent.line(Map.of("TRACEPARENT", parent)))
        .hasValue("trace_id=0af7651916cd43dd8448eb211c80319c span_id=b7ad6b7169203331");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00-x", "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"})
  void saysNothingOfAnythingElse(String parent) {
    assertThat(TraceParent.line(Map.of("TRACEPARENT", parent))).isEmpty();
    assertThat(TraceParent.line(Map.of())).isEmpty();
  }
}
