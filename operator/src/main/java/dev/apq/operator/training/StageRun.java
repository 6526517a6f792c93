package dev.apq.operator.training;

import dev.apq.core.contract.StoreLayout;
import dev.apq.operator.job.JobTemplate;
import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * A run of stages, as the actions on it need it.
 *
 * @param resource who owns its Jobs
 * @param plan what the stages work on
 * @param layout where their artifacts lie
 * @param jobs what the resource says of its Jobs
 */
public record StageRun(
    HasMetadata resource, StagePlan plan, StoreLayout layout, JobTemplate.Settings jobs) {}
