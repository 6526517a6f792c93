package dev.apq.local.node;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Rewrites a container's mount paths in text to where the volumes really lie. A process without a
 * mount namespace of its own needs this to find them.
 *
 * <p>A mount path is rewritten where it stands as a whole path or as the leading directories of
 * one, also in a URI. {@code /data} is thus rewritten in {@code --in=/data/x} and in {@code
 * file:///data}, but not in {@code /mydata}, {@code /old/data} or {@code /database}.
 */
final class PathRemap {
  /**
   * One mounted volume.
   *
   * @param containerPath absolute path in the container
   * @param hostPath where it is
   */
  record Mount(String containerPath, Path hostPath) {}

  private final List<Mount> mounts;
  private final Pattern pattern;

  PathRemap(List<Mount> mounts) {
    // The longest first, so that a mount within another wins.
    this.mounts =
        mounts.stream()
            .map(mount -> new Mount(withoutTrailingSlash(mount.containerPath()), mount.hostPath()))
            .sorted(Comparator.comparingInt((Mount m) -> m.containerPath().length()).reversed())
            .toList();
    String alternatives =
        this.mounts.stream()
            .map(mount -> "(" + Pattern.quote(mount.containerPath()) + ")")
            .collect(Collectors.joining("|"));
    this.pattern =
        Pattern.compile("(?:(?<=://)|(?<![\\w./~-]))(?:" + alternatives + ")(?![\\w.~-])");
  }

  /** The same with one more mount. */
  PathRemap with(Mount mount) {
    List<Mount> more = new ArrayList<>(mounts);
    more.add(mount);
    return new PathRemap(more);
  }

  /** Rewrites every mount path in {@code text}. */
  String apply(String text) {
    return mounts.isEmpty() ? text : pattern.matcher(text).replaceAll(this::replacement);
  }

  private String replacement(MatchResult match) {
    for (int i = 0; i < mounts.size(); i++) {
      if (match.group(i + 1) != null) {
        return Matcher.quoteReplacement(mounts.get(i).hostPath().toString());
      }
    }
    throw new IllegalStateException("a match without a group");
  }

  private static String withoutTrailingSlash(String path) {
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}
