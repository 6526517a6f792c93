package dev.apq.local.faults;

import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How many requests were made, and how they were answered. */
public final class RequestCounts {
  private static final Comparator<ApiRequest> ORDER =
      Comparator.comparing(ApiRequest::resource).thenComparing(ApiRequest::verb);

  private final Map<ApiRequest, LongAdder> requests = new ConcurrentHashMap<>();
  private final Map<Answered, LongAdder> answers = new ConcurrentHashMap<>();

  private record Answered(ApiRequest request, int status) {}

  void asked(ApiRequest request) {
    requests.computeIfAbsent(request, key -> new LongAdder()).increment();
  }

  void answered(ApiRequest request, int status) {
    answers.computeIfAbsent(new Answered(request, status), key -> new LongAdder()).increment();
  }

  /** Requests of a kind so far. */
  public long of(String verb, String resource) {
    LongAdder count = requests.get(new ApiRequest(verb, resource));
    return count == null ? 0 : count.sum();
  }

  /** Requests of a kind that were answered with an HTTP status, by the server or by a fault. */
  public long answered(String verb, String resource, int status) {
    LongAdder count = answers.get(new Answered(new ApiRequest(verb, resource), status));
    return count == null ? 0 : count.sum();
  }

  /** All requests so far. */
  public SortedMap<ApiRequest, Long> all() {
    SortedMap<ApiRequest, Long> all = new TreeMap<>(ORDER);
    requests.forEach((request, count) -> all.put(request, count.sum()));
    return all;
  }

  /** Requests since an earlier look at {@link #all()}; kinds without any are left out. */
  public SortedMap<ApiRequest, Long> since(Map<ApiRequest, Long> earlier) {
    SortedMap<ApiRequest, Long> since = new TreeMap<>(ORDER);
    all()
        .forEach(
            (request, count) -> {
              long more = count - earlier.getOrDefault(request, 0L);
              if (more > 0) {
                since.put(request, more);
              }
            });
    return since;
  }
}
