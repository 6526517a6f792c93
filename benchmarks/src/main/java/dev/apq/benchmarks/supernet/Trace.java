package dev.apq.benchmarks.supernet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.apq.core.artifact.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sums up what the engine's profiler wrote in Chrome's trace format. */
final class Trace {
  private Trace() {}

  /**
   * Calls of one native operation.
   *
   * @param selfMicros time in it and not in operations that it called, in microseconds
   * @param calls how often
   */
  record Call(double selfMicros, int calls) {
    Call plus(Call other) {
      return new Call(selfMicros + other.selfMicros, calls + other.calls);
    }
  }

  private record Span(String name, long thread, double start, double end) {}

  /** The operations in a trace file, by name. */
  static Map<String, Call> read(Path file) throws IOException {
    JsonNode root = Json.mapper().readTree(file.toFile());
    return sum(root.isArray() ? root : root.path("traceEvents"));
  }

  static Map<String, Call> sum(JsonNode events) {
    List<Span> spans = new ArrayList<>();
    for (JsonNode event : events) {
      if (event.path("ph").asText().equals("X")) {
        double start = event.path("ts").asDouble();
        double end = start + event.path("dur").asDouble();
        spans.add(new Span(event.path("name").asText(), event.path("tid").asLong(), start, end));
      }
    }
    spans.sort(
        Comparator.comparingLong(Span::thread)
            .thenComparingDouble(Span::start)
            .thenComparing(Comparator.comparingDouble(Span::end).reversed()));
    Map<String, Call> calls = new HashMap<>();
    Deque<Span> open = new ArrayDeque<>();
    for (Span span : spans) {
      while (!open.isEmpty()
          && (open.peek().thread() != span.thread() || open.peek().end() <= span.start())) {
        open.pop();
      }
      double duration = span.end() - span.start();
      calls.merge(span.name(), new Call(duration, 1), Call::plus);
      if (!open.isEmpty()) {
        calls.merge(open.peek().name(), new Call(-duration, 0), Call::plus);
      }
      open.push(span);
    }
    return calls;
  }
}
