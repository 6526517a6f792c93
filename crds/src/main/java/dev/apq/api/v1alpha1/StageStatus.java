package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** State of one stage. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StageStatus(
    @Required
        @Size(max = 32)
        @JsonPropertyDescription(
            "Train, Collect, TrainPredictor, CollectQuantized or TransferPredictor of a"
                + " SupernetTraining; Resolve, Search or Verify of an ApqSearch.")
        String name,
    @Required @JsonPropertyDescription("Pending, Running, Suspended, Succeeded or Failed.")
        StageState state,
    @Required @Min(0) @Max(100) @JsonPropertyDescription("How far the stage is, 0 to 100.")
        Integer progressPercent,
    @Size(max = 63) @JsonPropertyDescription("Its Job or TrainJob, while that exists.")
        @Nullable String job,
    @JsonPropertyDescription("Subnets measured so far, for the two collections.")
        @Nullable Long samples,
    @JsonPropertyDescription("Shards that failed for good, for the two collections.")
        @Nullable Integer failedShards,
    @Size(max = 40) @JsonPropertyDescription("When it (its Job, if it has one) started, RFC 3339.")
        @Nullable String startTime,
    @Size(max = 40) @JsonPropertyDescription("When it (its Job, if it has one) ended, RFC 3339.")
        @Nullable String completionTime,
    @Size(max = 1024) @JsonPropertyDescription("What it does or why it failed.")
        @Nullable String message) {}
