package dev.apq.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/**
 * The expensive, once-per-task part of APQ: a trained weight-sharing supernet, measured samples of
 * it and the accuracy predictors fitted on them. Any number of {@link ApqSearch}es reuse it.
 */
@Group("apq.dev")
@Version("v1alpha1")
@ShortNames("snt")
@ValidationRule(
    value =
        "self.metadata.name.size() <= 40 &&"
            + " self.metadata.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
    message =
        "the name must have at most 40 characters, lower-case letters, digits and '-', because Job"
            + " and Pod names derive from it")
@AdditionalPrinterColumn(
    name = "State",
    jsonPath = ".status.conditions[?(@.type==\"Succeeded\")].reason")
@AdditionalPrinterColumn(
    name = "Progress",
    jsonPath = ".status.progressPercent",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "Accuracy", jsonPath = ".status.supernet.largestAccuracy")
@AdditionalPrinterColumn(name = "Tau", jsonPath = ".status.predictor.quantized.kendallTau")
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(name = "Queue", jsonPath = ".spec.queueName", priority = 1)
@AdditionalPrinterColumn(
    name = "Message",
    jsonPath = ".status.conditions[?(@.type==\"Succeeded\")].message",
    priority = 1)
public class SupernetTraining extends CustomResource<SupernetTrainingSpec, SupernetTrainingStatus>
    implements Namespaced {
  private static final long serialVersionUID = 1L;

  // A spec made up here would be sent back to the server as if a user had written it.
  @Override
  @SuppressWarnings("NullAway")
  protected SupernetTrainingSpec initSpec() {
    return null;
  }

  @Override
  @SuppressWarnings("NullAway")
  protected SupernetTrainingStatus initStatus() {
    return null;
  }

  /** The status, or null before the operator has seen this resource. */
  @Override
  public @Nullable SupernetTrainingStatus getStatus() {
    return super.getStatus();
  }
}
