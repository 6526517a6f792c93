package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/** Limits and clean-up of Jobs. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunPolicy(
    @Default("3")
        @Min(0)
        @Max(100)
        @JsonPropertyDescription(
            "Retries of a failed Pod before the stage fails, for stages that are not sharded.")
        Integer backoffLimit,
    @Min(1)
        @Max(31536000)
        @JsonPropertyDescription("A stage that runs longer fails, in seconds; no limit if absent.")
        @Nullable Long activeDeadlineSeconds,
    @Min(0)
        @Max(31536000)
        @JsonPropertyDescription(
            "Jobs of finished stages are deleted after this many seconds; kept "
                + "until this resource is deleted if absent. Jobs of failed stages are "
                + "kept.")
        @Nullable Long ttlSecondsAfterFinished,
    @Default("None")
        @JsonPropertyDescription(
            "Jobs to delete, with their Pods and logs, as soon as this resource has completed: None,"
                + " Succeeded, or All, which takes also those that failed on the way, such as a"
                + " collection that lost some shards. Artifacts stay. A resource that has not"
                + " completed keeps the Jobs that tell why.")
        CleanupPolicy cleanupPolicy) {

  /** What an absent object means. */
  static final RunPolicy DEFAULTS = new RunPolicy(3, null, null, CleanupPolicy.NONE);

  /** Fills in the defaults. */
  public RunPolicy {
    backoffLimit = Formats.orElse(backoffLimit, 3);
    cleanupPolicy = Formats.orElse(cleanupPolicy, CleanupPolicy.NONE);
  }
}
