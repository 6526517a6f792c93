package dev.apq.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/**
 * The cheap, per-target part of APQ: an evolutionary search over a supernet's accuracy predictor
 * for the most accurate policy (architecture, pruning, quantization) within one target's limits,
 * and the measurement of what it finds.
 */
@Group("apq.dev")
@Version("v1alpha1")
@Plural("apqsearches")
@ShortNames("apqs")
@ValidationRule(
    value =
        "self.metadata.name.size() <= 40 &&"
            + " self.metadata.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
    message =
        "the name must have at most 40 characters, lower-case letters, digits and '-', because Job"
            + " and ConfigMap names derive from it")
@ValidationRule(
    value = "!has(self.spec.warmStartRef) || self.spec.warmStartRef.name != self.metadata.name",
    message = "warmStartRef must name another ApqSearch: a search cannot start from its own result")
@AdditionalPrinterColumn(
    name = "State",
    jsonPath = ".status.conditions[?(@.type==\"Succeeded\")].reason")
@AdditionalPrinterColumn(
    name = "Progress",
    jsonPath = ".status.progressPercent",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "Accuracy", jsonPath = ".status.best.accuracy")
@AdditionalPrinterColumn(name = "Source", jsonPath = ".status.best.accuracySource")
@AdditionalPrinterColumn(
    name = "Latency",
    jsonPath = ".status.best.costs[?(@.metric==\"Latency\")].value")
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(name = "Supernet", jsonPath = ".status.supernet.name", priority = 1)
@AdditionalPrinterColumn(name = "Queue", jsonPath = ".spec.queueName", priority = 1)
@AdditionalPrinterColumn(
    name = "Message",
    jsonPath = ".status.conditions[?(@.type==\"Succeeded\")].message",
    priority = 1)
public class ApqSearch extends CustomResource<ApqSearchSpec, ApqSearchStatus>
    implements Namespaced {
  private static final long serialVersionUID = 1L;

  // A spec made up here would be sent back to the server as if a user had written it.
  @Override
  @SuppressWarnings("NullAway")
  protected ApqSearchSpec initSpec() {
    return null;
  }

  @Override
  @SuppressWarnings("NullAway")
  protected ApqSearchStatus initStatus() {
    return null;
  }

  /** The status, or null before the operator has seen this resource. */
  @Override
  public @Nullable ApqSearchStatus getStatus() {
    return super.getStatus();
  }
}
