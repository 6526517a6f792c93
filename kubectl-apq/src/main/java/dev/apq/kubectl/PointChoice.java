package dev.apq.kubectl;

import dev.apq.kubectl.error.ExitStatus;
import dev.apq.kubectl.error.PluginException;
import dev.apq.kubectl.result.FrontPoint;
import dev.apq.kubectl.result.SearchResult;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Which policy of a result: the answer, or a point of the front. */
final class PointChoice {
  @ArgGroup private @Nullable Exclusive exclusive;

  /** At most one of the two. */
  static final class Exclusive {
    @Option(
        names = "--point",
        paramLabel = "INDEX",
        description = "Point of the front, as 'front' numbers them; the answer if absent.")
    private @Nullable Integer point;

    @Option(
        names = "--digest",
        paramLabel = "HEX",
        description = "Beginning of the policy's digest; the answer if absent.")
    private @Nullable String digest;
  }

  FrontPoint in(SearchResult result) {
    Exclusive choice = exclusive;
    if (choice != null && choice.point != null) {
      int index = choice.point;
      return result
          .at(index)
          .orElseThrow(
              () ->
                  new PluginException(
                      ExitStatus.NOT_FOUND,
                      "there is no point " + index,
                      result.front().isEmpty()
                          ? "the search has no front; leave --point out for its answer"
                          : "choose one from 0 to " + (result.front().size() - 1)));
    }
    if (choice == null || choice.digest == null) {
      return result.best();
    }
    List<FrontPoint> found = result.withDigest(choice.digest);
    if (found.size() != 1) {
      throw new PluginException(
          ExitStatus.NOT_FOUND,
          (found.isEmpty() ? "no policy" : found.size() + " policies")
              + " of the result have a digest that begins with "
              + choice.digest,
          "see the digests: kubectl apq front");
    }
    return found.get(0);
  }
}
