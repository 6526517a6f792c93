package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One target: which predictor, which limits, on which hardware. */
@ValidationRule(
    value = "has(self.supernetRef) != has(self.supernetTemplate)",
    message = "set exactly one of supernetRef and supernetTemplate")
@ValidationRule(
    value = "has(self.supernetRef) == has(oldSelf.supernetRef)",
    message = "supernetRef and supernetTemplate are immutable; create another ApqSearch instead")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ApqSearchSpec(
    @ValidationRule(
            value = "self == oldSelf",
            message = "supernetRef is immutable; create another ApqSearch instead")
        @JsonPropertyDescription("The SupernetTraining whose predictor is searched. Immutable.")
        @Nullable SupernetReference supernetRef,
    @ValidationRule(
            value = "self == oldSelf",
            message =
                "supernetTemplate is immutable; edit the SupernetTraining it made, or create another"
                    + " ApqSearch instead")
        @JsonPropertyDescription(
            "A SupernetTraining to create under the name of this resource, and to "
                + "delete with it. Immutable.")
        @Nullable SupernetTemplate supernetTemplate,
    @Size(max = 5)
        @JsonPropertyDescription(
            "Limits that the policy must keep, one a metric; a change starts a new search.")
        List<Constraint> constraints,
    @Size(max = 3)
        @JsonPropertyDescription(
            "Costs traded against accuracy in a front that is reported beside the answer; without"
                + " any, the whole effort goes into the most accurate policy.")
        List<Metric> objectives,
    @Default("{\"profile\": \"bitfusion\"}")
        @JsonPropertyDescription("Hardware whose latency and energy count.")
        HardwareSource hardware,
    @Default("{}") @JsonPropertyDescription("Settings of the search; a change starts a new search.")
        EvolutionSource evolution,
    @JsonPropertyDescription(
            "Another search on the same search space, whose answer and front this one starts from."
                + " They are copied when this search starts: what becomes of the other one later"
                + " changes nothing. Another name starts a new search.")
        @Nullable SearchReference warmStartRef,
    @Default("{}")
        @JsonPropertyDescription(
            "Measurement of the answer: the best policies are cut out of the supernet, fine-tuned"
                + " with quantization and measured. A change verifies again; the search is kept.")
        VerifySource verify,
    @JsonPropertyDescription(
            "Image, resources and placement of the verification's Pod; those of the"
                + " SupernetTraining if absent. A change takes effect with the next Job.")
        @Nullable WorkerTemplate worker,
    @Size(min = 1, max = 63)
        @Pattern(Formats.DNS_LABEL)
        @JsonPropertyDescription(
            "Kueue LocalQueue that admits the verification's Job; that of the SupernetTraining if"
                + " absent. A change takes effect with the next Job.")
        @Nullable String queueName,
    @Default("{}") @JsonPropertyDescription("Limits and clean-up of the verification's Job.")
        RunPolicy runPolicy,
    @Default("false")
        @JsonPropertyDescription(
            "True stops the search, which leaves a checkpoint, its verification and a"
                + " SupernetTraining made from the template; false continues. A verification that"
                + " failed is tried again after true and false.")
        Boolean suspend) {

  /** Fills in the defaults. */
  public ApqSearchSpec {
    constraints = Formats.listOf(constraints);
    objectives = Formats.listOf(objectives);
    hardware = Formats.orElse(hardware, HardwareSource.DEFAULTS);
    evolution = Formats.orElse(evolution, EvolutionSource.DEFAULTS);
    verify = Formats.orElse(verify, VerifySource.DEFAULTS);
    runPolicy = Formats.orElse(runPolicy, RunPolicy.DEFAULTS);
    suspend = Formats.orElse(suspend, false);
  }
}
