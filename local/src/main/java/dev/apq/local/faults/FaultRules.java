package dev.apq.local.faults;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** The rules in force. Which requests they hit depends on the seed and on their order only. */
public final class FaultRules {
  private final long seed;
  private final LongSupplier nanoTime;
  private final List<Entry> entries = new CopyOnWriteArrayList<>();
  private final AtomicLong added = new AtomicLong();

  /** Without rules, on the JVM's own time. */
  public FaultRules(long seed) {
    this(seed, System::nanoTime);
  }

  FaultRules(long seed, LongSupplier nanoTime) {
    this.seed = seed;
    this.nanoTime = nanoTime;
  }

  private final class Entry implements Active {
    private final FaultRule rule;
    private final long since = nanoTime.getAsLong();
    private final SplittableRandom random =
        new SplittableRandom(seed + 0x9E3779B97F4A7C15L * added.incrementAndGet());
    private long hits;

    Entry(FaultRule rule) {
      this.rule = rule;
    }

    boolean applies(ApiRequest request) {
      return rule.about(request) && rule.applies(Duration.ofNanos(nanoTime.getAsLong() - since));
    }

    synchronized boolean hits(ApiRequest request) {
      if (!applies(request) || rule.times() != null && hits >= rule.times()) {
        return false;
      }
      if (rule.probability() != null && random.nextDouble() >= rule.probability()) {
        return false;
      }
      hits++;
      return true;
    }

    @Override
    public synchronized long hits() {
      return hits;
    }

    @Override
    public void close() {
      entries.remove(this);
    }
  }

  /** A rule in force; closing it ends it. */
  public interface Active extends AutoCloseable {
    /** How many requests have met its fault. */
    long hits();

    @Override
    void close();
  }

  /** Puts a rule in force, after those that are. */
  public Active add(FaultRule rule) {
    Entry entry = new Entry(rule);
    entries.add(entry);
    return entry;
  }

  /** Ends all rules. */
  public void clear() {
    entries.clear();
  }

  /** The fault that a request meets. */
  Optional<Fault> next(ApiRequest request) {
    for (Entry entry : entries) {
      Fault fault = entry.rule.fault();
      if (fault != null && entry.hits(request)) {
        return Optional.of(fault);
      }
    }
    return Optional.empty();
  }

  /** For how long what the server now sends in answer to a request is held back. */
  Duration delay(ApiRequest request) {
    for (Entry entry : entries) {
      Long millis = entry.rule.delayMillis();
      if (millis != null && entry.applies(request)) {
        return Duration.ofMillis(millis);
      }
    }
    return Duration.ZERO;
  }
}
