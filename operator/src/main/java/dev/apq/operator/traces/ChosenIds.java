package dev.apq.operator.traces;

import io.opentelemetry.sdk.trace.IdGenerator;
import jakarta.inject.Singleton;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Random ids, but for spans whose ids follow from what they are about. */
@Singleton
public class ChosenIds implements IdGenerator {
  private final IdGenerator random = IdGenerator.random();
  private final ThreadLocal<@Nullable Ids> chosen = new ThreadLocal<>();

  private record Ids(String trace, String span) {}

  /** Calls {@code start}, in which one span is started, which gets these ids. */
  <T> T with(String traceId, String spanId, Supplier<T> start) {
    chosen.set(new Ids(traceId, spanId));
    try {
      return start.get();
    } finally {
      chosen.remove();
    }
  }

  @Override
  public String generateTraceId() {
    Ids ids = chosen.get();
    return ids == null ? random.generateTraceId() : ids.trace();
  }

  @Override
  public String generateSpanId() {
    Ids ids = chosen.get();
    return ids == null ? random.generateSpanId() : ids.span();
  }
}
