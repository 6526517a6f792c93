package dev.apq.kubectl.view;

import dev.apq.core.policy.Architecture;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Quantization;
import java.util.List;

/** A policy as YAML with the fields and the order of its canonical JSON, a list a line. */
public final class PolicyText {
  private PolicyText() {}

  /** The YAML, the digest in a comment above it. */
  public static String yaml(Policy policy) {
    Architecture architecture = policy.architecture();
    StringBuilder text = new StringBuilder();
    text.append("# ").append(policy.digest()).append('\n');
    text.append("architecture:\n");
    list(text, "depths", architecture.depths());
    list(text, "kernelSizes", architecture.kernelSizes());
    list(text, "channels", architecture.channels());
    Quantization bits = policy.quantization();
    if (bits != null) {
      text.append("quantization:\n");
      list(text, "pointwiseWeightBits", bits.pointwiseWeightBits());
      list(text, "pointwiseActivationBits", bits.pointwiseActivationBits());
      list(text, "depthwiseWeightBits", bits.depthwiseWeightBits());
      list(text, "depthwiseActivationBits", bits.depthwiseActivationBits());
    }
    return text.toString();
  }

  private static void list(StringBuilder text, String name, List<Integer> values) {
    text.append("  ").append(name).append(": ").append(values).append('\n');
  }
}
