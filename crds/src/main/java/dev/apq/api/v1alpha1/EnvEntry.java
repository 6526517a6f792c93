package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** An environment variable. */
@ValidationRule(
    value = "!self.name.startsWith('APQ_') && self.name != 'JOB_COMPLETION_INDEX'",
    message = "names that start with APQ_ and JOB_COMPLETION_INDEX are set by the operator")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EnvEntry(
    @Required
        @Size(min = 1, max = 128)
        @Pattern("^[A-Za-z_][A-Za-z0-9_]*$")
        @JsonPropertyDescription(
            "Name of the variable; APQ_ and JOB_COMPLETION_INDEX are reserved.")
        String name,
    @Size(max = 4096) @JsonPropertyDescription("Its value; empty if absent.") String value) {

  /** Fills in the defaults. */
  public EnvEntry {
    value = Formats.orElse(value, "");
  }
}
