package dev.apq.core.predictor;

import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.InvalidArtifactException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the weights of several networks share one file: those of member {@code i} carry the prefix
 * {@code members.<i>.}, and a single network carries none.
 */
public final class EnsembleWeights {
  /** The most networks of an ensemble. */
  public static final int MAX_MEMBERS = 16;

  private static final Pattern MEMBER = Pattern.compile("members\\.(0|[1-9][0-9]?)\\.(.+)");

  private EnsembleWeights() {}

  /** The tensors of all members in one map. */
  public static Map<String, FloatTensor> join(List<Map<String, FloatTensor>> members) {
    if (members.size() == 1) {
      return members.get(0);
    }
    Map<String, FloatTensor> joined = new TreeMap<>();
    for (int i = 0; i < members.size(); i++) {
      String prefix = "members." + i + ".";
      members.get(i).forEach((name, tensor) -> joined.put(prefix + name, tensor));
    }
    return joined;
  }

  /**
   * The tensors of each member, under their names in a single network.
   *
   * @return at least one member
   * @throws InvalidArtifactException if members are missing or too many, or some tensors belong to
   *     none
   */
  public static List<Map<String, FloatTensor>> members(Map<String, FloatTensor> tensors)
      throws InvalidArtifactException {
    if (tensors.keySet().stream().noneMatch(name -> MEMBER.matcher(name).matches())) {
      return List.of(tensors);
    }
    TreeMap<Integer, Map<String, FloatTensor>> members = new TreeMap<>();
    for (Map.Entry<String, FloatTensor> tensor : tensors.entrySet()) {
      Matcher member = MEMBER.matcher(tensor.getKey());
      if (!member.matches()) {
        throw new InvalidArtifactException(
            "predictor tensor " + tensor.getKey() + " belongs to no member of the ensemble");
      }
      members
          .computeIfAbsent(Integer.valueOf(member.group(1)), i -> new TreeMap<>())
          .put(member.group(2), tensor.getValue());
    }
    if (members.size() > MAX_MEMBERS || members.lastKey() != members.size() - 1) {
      throw new InvalidArtifactException(
          "predictor has members "
              + members.keySet()
              + ", expected 0 and following, at most "
              + MAX_MEMBERS);
    }
    return new ArrayList<>(members.values());
  }
}
