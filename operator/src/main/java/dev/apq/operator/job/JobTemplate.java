package dev.apq.operator.job;

import dev.apq.api.v1alpha1.ApqSearchSpec;
import dev.apq.api.v1alpha1.CollectionSource;
import dev.apq.api.v1alpha1.DatasetDirectory;
import dev.apq.api.v1alpha1.RunPolicy;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.api.v1alpha1.SupernetTrainingSpec;
import dev.apq.api.v1alpha1.TrainJobSource;
import dev.apq.api.v1alpha1.WorkerTemplate;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.Stage;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpecBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicy;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyOnExitCodesRequirement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The Job of a stage. A Job's template cannot be changed, so everything that may differ between
 * attempts is in its name or its annotations.
 *
 * @param storage how Pods reach the artifact store
 * @param defaults what Pods get where their resource says nothing
 */
public record JobTemplate(WorkerStorage storage, WorkerDefaults defaults) {
  /**
   * What a Job is made for.
   *
   * @param resource its owner
   * @param stage the stage to run
   * @param runId the run
   * @param attempt 1, or 2 after a quarantine
   * @param inputDigest what the workers echo in their manifests
   * @param settings what the resource says of its Jobs
   */
  public record Request(
      HasMetadata resource,
      Stage stage,
      String runId,
      int attempt,
      String inputDigest,
      Settings settings) {}

  /**
   * What a resource says of its Jobs, and where they work.
   *
   * @param worker Pods as the user wants them
   * @param runPolicy limits
   * @param queueName Kueue queue
   * @param collection how sharded stages are split; null if there are none
   * @param data folder of images on a claim
   * @param artifactPath the resource's folder below the store's root
   * @param supernetPath folder of the supernet to read, if it is another resource's
   * @param trainJob how stage Train runs on several nodes
   */
  public record Settings(
      @Nullable WorkerTemplate worker,
      RunPolicy runPolicy,
      @Nullable String queueName,
      @Nullable CollectionSource collection,
      @Nullable DatasetDirectory data,
      String artifactPath,
      @Nullable String supernetPath,
      @Nullable TrainJobSource trainJob) {

    /** Of a training. */
    public static Settings of(SupernetTraining training, String artifactPath) {
      SupernetTrainingSpec spec = training.getSpec();
      return new Settings(
          spec.worker(),
          spec.runPolicy(),
          spec.queueName(),
          spec.collection(),
          spec.dataset().directory(),
          artifactPath,
          null,
          spec.distributed() == null ? null : spec.distributed().trainJob());
    }

    /** Of a search's verification: what the search does not say, its supernet does. */
    public static Settings of(
        ApqSearchSpec search,
        SupernetTrainingSpec supernet,
        String artifactPath,
        String supernetPath) {
      return new Settings(
          search.worker() == null ? supernet.worker() : search.worker(),
          search.runPolicy(),
          search.queueName() == null ? supernet.queueName() : search.queueName(),
          null,
          supernet.dataset().directory(),
          artifactPath,
          supernetPath,
          null);
    }
  }

  /** The Job, complete but for what the API server adds. */
  public Job build(Request request) {
    Settings settings = request.settings();
    Stage stage = request.stage();
    CollectionSource collection = stage.sharded() ? settings.collection() : null;
    String name = request.resource().getMetadata().getName();
    Map<String, String> labels = labels(request);
    JobSpecBuilder job =
        new JobSpecBuilder()
            .withActiveDeadlineSeconds(settings.runPolicy().activeDeadlineSeconds())
            .withPodReplacementPolicy("Failed")
            .withPodFailurePolicy(failurePolicy(stage))
            .withNewTemplate()
            .withMetadata(new ObjectMetaBuilder().withLabels(podLabels(labels)).build())
            .withSpec(pod(request))
            .endTemplate();
    if (collection != null) {
      int shards = collection.shards();
      job.withCompletionMode("Indexed")
          .withCompletions(shards)
          .withParallelism(Math.min(shards, collection.parallelism()))
          .withBackoffLimitPerIndex(collection.backoffLimitPerShard())
          .withMaxFailedIndexes(shards * (100 - collection.minSuccessPercent()) / 100);
    } else {
      job.withCompletions(1)
          .withParallelism(1)
          .withBackoffLimit(settings.runPolicy().backoffLimit());
    }
    return new JobBuilder()
        .withNewMetadata()
        .withName(JobNames.job(name, stage, request.runId(), request.attempt()))
        .withNamespace(request.resource().getMetadata().getNamespace())
        .withLabels(labels)
        .withAnnotations(annotations(request, job))
        .withOwnerReferences(owner(request.resource()))
        .endMetadata()
        .withSpec(job.build())
        .build();
  }

  /** A controller reference; deleting the owner deletes the Job. */
  public static OwnerReference owner(HasMetadata resource) {
    return new OwnerReferenceBuilder()
        .withApiVersion(resource.getApiVersion())
        .withKind(resource.getKind())
        .withName(resource.getMetadata().getName())
        .withUid(resource.getMetadata().getUid())
        .withController(true)
        .withBlockOwnerDeletion(false)
        .build();
  }

  private static Map<String, String> annotations(Request request, JobSpecBuilder job) {
    Map<String, String> annotations = new LinkedHashMap<>();
    annotations.put(JobNames.INPUT_DIGEST, request.inputDigest());
    CollectionSource collection = request.settings().collection();
    if (request.settings().queueName() != null
        && request.stage().sharded()
        && collection != null
        && collection.minParallelism() < job.getParallelism()) {
      annotations.put(Kueue.MIN_PARALLELISM, collection.minParallelism().toString());
    }
    return annotations;
  }

  static Map<String, String> labels(Request request) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(JobNames.MANAGED_BY, JobNames.OPERATOR);
    labels.put(JobNames.RESOURCE, request.resource().getMetadata().getName());
    labels.put(JobNames.RUN_ID, request.runId());
    labels.put(JobNames.STAGE, request.stage().folder());
    labels.put(JobNames.ATTEMPT, Integer.toString(request.attempt()));
    String queue = request.settings().queueName();
    if (queue != null) {
      labels.put(Kueue.QUEUE, queue);
    }
    return labels;
  }

  static Map<String, String> podLabels(Map<String, String> labels) {
    Map<String, String> copy = new LinkedHashMap<>(labels);
    copy.remove(Kueue.QUEUE);
    return copy;
  }

  private PodSpec pod(Request request) {
    DatasetDirectory directory = request.settings().data();
    return new WorkerPod(
            storage,
            JobNames.specConfigMap(request.resource().getMetadata().getName(), request.runId()),
            directory == null ? null : directory.claimName())
        .build(defaults.under(request.settings().worker()), request);
  }

  private static PodFailurePolicyOnExitCodesRequirement exit(List<Integer> codes) {
    return new PodFailurePolicyOnExitCodesRequirement(WorkerPod.CONTAINER, "In", codes);
  }

  private static PodFailurePolicy failurePolicy(Stage stage) {
    List<Integer> hopeless =
        Stream.of(ExitCode.USAGE, ExitCode.BAD_SPEC).map(ExitCode::code).toList();
    List<Integer> unusable =
        Stream.of(ExitCode.SHARD_UNUSABLE, ExitCode.INPUT_UNUSABLE).map(ExitCode::code).toList();
    return new PodFailurePolicyBuilder()
        .addNewRule()
        .withAction("FailJob")
        .withOnExitCodes(exit(hopeless))
        .endRule()
        .addNewRule()
        .withAction(stage.sharded() ? "FailIndex" : "FailJob")
        .withOnExitCodes(exit(unusable))
        .endRule()
        .addNewRule()
        .withAction("Ignore")
        .withOnExitCodes(exit(List.of(ExitCode.STOPPED.code())))
        .endRule()
        .addNewRule()
        .withAction("Ignore")
        .addNewOnPodCondition("True", "DisruptionTarget")
        .endRule()
        .build();
  }
}
