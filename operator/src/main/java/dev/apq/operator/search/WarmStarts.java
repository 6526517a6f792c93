package dev.apq.operator.search;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.ApqSearchStatus;
import dev.apq.api.v1alpha1.Condition;
import dev.apq.api.v1alpha1.SearchReference;
import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;
import dev.apq.core.artifact.StoreUnavailableException;
import dev.apq.core.artifact.StoredFiles;
import dev.apq.core.search.SearchAnswer;
import dev.apq.core.search.WarmStart;
import dev.apq.operator.status.Conditions;
import dev.apq.operator.status.Reasons;
import dev.apq.operator.store.ArtifactStore;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the policies that a search starts from. The first ones found are kept beside the search, so
 * that nothing that happens to the other search later makes this one another.
 */
@Singleton
public class WarmStarts {
  private static final Logger LOG = LoggerFactory.getLogger(WarmStarts.class);
  private static final Pattern RUN_ID = Pattern.compile("[0-9a-f]{16}");
  private static final int MAX_PROBLEM = 300;

  private final ArtifactStore store;

  /** With the store that holds results. */
  @Inject
  public WarmStarts(ArtifactStore store) {
    this.store = store;
  }

  /**
   * The plan with the policies it starts from.
   *
   * @param plan of a search that names another
   * @param source that other search, if it exists
   * @throws UnresolvedException if they cannot be had
   * @throws StoreUnavailableException if the artifact store is away
   */
  SearchPlan resolve(ApqSearch search, SearchPlan plan, Optional<ApqSearch> source)
      throws UnresolvedException, StoreUnavailableException {
    Optional<WarmStart> kept = kept(search, plan);
    if (kept.isPresent()) {
      return plan.startingFrom(kept.get());
    }
    String name = reference(search).name();
    ApqSearch other =
        source.orElseThrow(
            () ->
                new UnresolvedException(
                    Reasons.WARM_START_NOT_FOUND,
                    "There is no ApqSearch " + name + " in this namespace",
                    "apply it, or remove spec.warmStartRef; the search starts by itself",
                    true));
    WarmStart start = WarmStart.of(answer(other));
    try {
      return plan.startingFrom(start.requireMembers(plan.space()));
    } catch (IllegalArgumentException e) {
      throw unusable("ApqSearch " + name + " found policies of another search space: ", e);
    }
  }

  /** Keeps the policies of a search that is about to start. */
  void keep(ApqSearch search, SearchPlan plan) throws IOException {
    if (search.getSpec().warmStartRef() != null && !StoredFiles.exists(file(search, plan))) {
      AtomicFiles.write(file(search, plan), plan.start().bytes());
    }
  }

  private Optional<WarmStart> kept(ApqSearch search, SearchPlan plan)
      throws StoreUnavailableException {
    Path file = file(search, plan);
    if (!StoredFiles.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Json.read(file, WarmStart.class, WarmStart.MAX_BYTES).requireMembers(plan.space()));
    } catch (StoreUnavailableException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("{} is unusable, the policies are fetched anew: {}", file, e.getMessage());
      return Optional.empty();
    }
  }

  /** In the folder of the same search without a warm start: what comes of it names another. */
  private Path file(ApqSearch search, SearchPlan plan) {
    return store
        .path(
            search.getMetadata().getNamespace(),
            search.getMetadata().getName(),
            plan.startingFrom(WarmStart.NONE).runId())
        .resolve("warm-start")
        .resolve(reference(search).name() + ".json");
  }

  private SearchAnswer answer(ApqSearch other)
      throws UnresolvedException, StoreUnavailableException {
    String name = other.getMetadata().getName();
    ApqSearchStatus status = other.getStatus();
    String runId = status == null ? null : status.runId();
    if (status == null
        || status.results() == null
        || runId == null
        || !RUN_ID.matcher(runId).matches()
        || !Objects.equals(status.observedGeneration(), other.getMetadata().getGeneration())) {
      throw waiting(name, status);
    }
    Path result =
        new SearchStore(
                store.path(other.getMetadata().getNamespace(), name, runId).resolve("search"))
            .result();
    try (InputStream in = Files.newInputStream(result)) {
      byte[] bytes = in.readNBytes(SearchAnswer.MAX_BYTES);
      if (!Digests.sha256(bytes).equals(status.results().digest())) {
        throw new InvalidArtifactException("it is not what status.results.digest says");
      }
      return Json.read(bytes, SearchAnswer.class);
    } catch (StoreUnavailableException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw unusable("The result of ApqSearch " + name + " cannot be used: ", e);
    }
  }

  private static UnresolvedException waiting(String name, @Nullable ApqSearchStatus status) {
    Optional<Condition> state =
        Conditions.find(status == null ? List.of() : status.conditions(), Conditions.SUCCEEDED);
    return new UnresolvedException(
        Reasons.WAITING_FOR_WARM_START,
        "ApqSearch "
            + name
            + " has no result to start from yet"
            + state.map(c -> "; it is " + c.reason() + ": " + cut(c.message())).orElse(""),
        "",
        true);
  }

  private static UnresolvedException unusable(String what, Exception problem) {
    return new UnresolvedException(
        Reasons.WARM_START_UNUSABLE,
        what + cut(String.valueOf(problem.getMessage())),
        "name a search on the same search space in spec.warmStartRef, or remove it",
        false);
  }

  private static String cut(String text) {
    return text.length() <= MAX_PROBLEM ? text : text.substring(0, MAX_PROBLEM) + "…";
  }

  private static SearchReference reference(ApqSearch search) {
    return Objects.requireNonNull(search.getSpec().warmStartRef());
  }

  /** There is nothing to start from. */
  static final class UnresolvedException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String reason;
    private final String remedy;
    private final boolean passes;

    UnresolvedException(String reason, String message, String remedy, boolean passes) {
      super(message);
      this.reason = reason;
      this.remedy = remedy;
      this.passes = passes;
    }

    SearchWorld.Problem problem() {
      return new SearchWorld.Problem(reason, String.valueOf(getMessage()), remedy, passes);
    }
  }
}
