package dev.apq.worker.estimate;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What a stage will cost.
 *
 * @param stage its name
 * @param images passed through networks; null where none are
 * @param imagesPerSecond of one Pod, by the clock
 * @param deviceHours CPU-hours, or GPU-hours where there are GPUs
 * @param pods how many the stage is split into
 * @param minutesPerPod by the clock, on an otherwise idle node
 * @param memoryBytes resident in a Pod at most
 * @param artifactBytes that stay in the artifact store
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StageCost(
    String stage,
    @Nullable Long images,
    @Nullable Double imagesPerSecond,
    double deviceHours,
    int pods,
    double minutesPerPod,
    long memoryBytes,
    long artifactBytes) {}
