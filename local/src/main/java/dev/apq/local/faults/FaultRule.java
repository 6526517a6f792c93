package dev.apq.local.faults;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which requests meet which fault. Exactly one of {@code answer}, {@code delayMillis} and {@code
 * drop} says what happens.
 *
 * @param verbs verbs it applies to; all if empty
 * @param resources resources it applies to, as in {@link ApiRequest#resource()}; all if empty
 * @param answer HTTP status to answer with, 400 to 599
 * @param delayMillis everything that the server sends in answer is held back for so long; on a
 *     watch that is each event
 * @param drop whether the connection is cut
 * @param probability share of the requests that meet the fault, 0 to 1; not for a delay
 * @param times how many requests meet the fault at most; not for a delay
 * @param afterSeconds when the rule begins to apply, counted from when it was added
 * @param forSeconds how long it then applies; for good if absent
 */
public record FaultRule(
    List<String> verbs,
    List<String> resources,
    @Nullable Integer answer,
    @Nullable Long delayMillis,
    boolean drop,
    @Nullable Double probability,
    @Nullable Integer times,
    long afterSeconds,
    @Nullable Long forSeconds) {

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if it does not say exactly what happens
   */
  public FaultRule {
    verbs = List.copyOf(Objects.requireNonNullElse(verbs, List.of()));
    resources = List.copyOf(Objects.requireNonNullElse(resources, List.of()));
    int faults = (answer == null ? 0 : 1) + (delayMillis == null ? 0 : 1) + (drop ? 1 : 0);
    if (faults != 1) {
      throw new IllegalArgumentException(
          "a fault rule needs exactly one of answer, delayMillis and drop: true");
    }
    if (answer != null && (answer < 400 || answer > 599)) {
      throw new IllegalArgumentException("answer must be an HTTP status of 400 to 599: " + answer);
    }
    if (delayMillis != null && (delayMillis < 0 || probability != null || times != null)) {
      throw new IllegalArgumentException(
          "delayMillis must not be negative and takes neither probability nor times");
    }
    if (probability != null && !(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("probability must lie in 0..1: " + probability);
    }
  }

  /** Answers every request with an HTTP status. */
  public static FaultRule answering(int status) {
    return new FaultRule(List.of(), List.of(), status, null, false, null, null, 0, null);
  }

  /** Holds back every answer. */
  public static FaultRule delaying(Duration delay) {
    return new FaultRule(List.of(), List.of(), null, delay.toMillis(), false, null, null, 0, null);
  }

  /** The same fault, for these verbs only. */
  public FaultRule onVerbs(String... only) {
    return new FaultRule(
        List.of(only),
        resources,
        answer,
        delayMillis,
        drop,
        probability,
        times,
        afterSeconds,
        forSeconds);
  }

  /** The same fault, for these resources only. */
  public FaultRule onResources(String... only) {
    return new FaultRule(
        verbs,
        List.of(only),
        answer,
        delayMillis,
        drop,
        probability,
        times,
        afterSeconds,
        forSeconds);
  }

  /** The same fault for a share of the requests only. */
  public FaultRule withProbability(double share) {
    return new FaultRule(
        verbs, resources, answer, delayMillis, drop, share, times, afterSeconds, forSeconds);
  }

  /** Whether it is about such a request. */
  boolean about(ApiRequest request) {
    return (verbs.isEmpty() || verbs.contains(request.verb()))
        && (resources.isEmpty() || resources.contains(request.resource()));
  }

  /** Whether it applies so long after it was added. */
  boolean applies(Duration age) {
    long seconds = age.toSeconds();
    return seconds >= afterSeconds && (forSeconds == null || seconds < afterSeconds + forSeconds);
  }

  /** The fault, unless it is a delay. */
  @Nullable Fault fault() {
    if (drop) {
      return new Fault.Drop();
    }
    return answer == null ? null : new Fault.Answer(answer);
  }
}
