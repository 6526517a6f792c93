package dev.apq.operator.training;

import dev.apq.core.contract.StoreLayout;
import dev.apq.operator.config.OperatorConfig;
import dev.apq.operator.config.Tenure;
import dev.apq.operator.job.JobNames;
import dev.apq.operator.job.JobTemplate;
import dev.apq.operator.job.NamespaceEnd;
import dev.apq.operator.job.TrainJobTemplate;
import dev.apq.operator.job.TrainJobs;
import dev.apq.operator.job.WorkKind;
import dev.apq.operator.job.WorkerDefaults;
import dev.apq.operator.job.WorkerStorage;
import dev.apq.operator.status.EventRecorder;
import dev.apq.operator.store.StageFolders;
import dev.apq.operator.traces.RunTraces;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries decisions out. Every action may be repeated, also by another instance. */
@Singleton
public class TrainingActions {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingActions.class);

  private static final int UNPROCESSABLE = 422;

  /** Answers that repeating the request at once does not change. */
  private static final Set<Integer> REFUSALS =
      Set.of(
          HttpURLConnection.HTTP_BAD_REQUEST,
          HttpURLConnection.HTTP_FORBIDDEN,
          HttpURLConnection.HTTP_NOT_FOUND,
          UNPROCESSABLE);

  private final KubernetesClient client;
  private final StageFolders folders;
  private final EventRecorder events;
  private final TrainJobs trainJobs;
  private final Tenure tenure;
  private final RunTraces traces;
  private final JobTemplate template;
  private final TrainJobTemplate trainJobTemplate;

  /** With what the actions act on. */
  @Inject
  public TrainingActions(
      KubernetesClient client,
      StageFolders folders,
      EventRecorder events,
      TrainJobs trainJobs,
      Tenure tenure,
      RunTraces traces,
      OperatorConfig config) {
    this.client = client;
    this.folders = folders;
    this.events = events;
    this.trainJobs = trainJobs;
    this.tenure = tenure;
    WorkerStorage storage = WorkerStorage.of(config.store());
    WorkerDefaults defaults = WorkerDefaults.of(config.worker());
    this.template = new JobTemplate(storage, defaults);
    this.trainJobTemplate = new TrainJobTemplate(storage, defaults);
    this.traces = traces;
  }

  /**
   * Carries out one action, unless another instance may lead meanwhile.
   *
   * @throws IOException if the store cannot be written
   */
  public void run(TrainingAction action, StageRun run) throws IOException {
    if (!tenure.holds()) {
      return;
    }
    StoreLayout layout = run.layout();
    int shards = run.plan().shards();
    if (action instanceof TrainingAction.CreateJob create) {
      create(create, run);
    } else if (action instanceof TrainingAction.DeleteJob delete) {
      delete(delete, run.resource());
    } else if (action instanceof TrainingAction.SealShards seal) {
      folders.seal(layout, seal.stage(), shards, seal.inputDigest());
    } else if (action instanceof TrainingAction.Quarantine quarantine) {
      folders.quarantine(layout, quarantine.stage(), shards, quarantine.inputDigest());
      events.warning(
          run.resource(),
          "ArtifactCorrupt",
          quarantine.stage().displayName()
              + " left corrupt artifacts; they were set aside in "
              + quarantine.stage().folder()
              + ".quarantine and the stage runs again");
    }
  }

  private void create(TrainingAction.CreateJob create, StageRun run) {
    createOnly(specification(run));
    JobTemplate.Request request =
        new JobTemplate.Request(
            run.resource(),
            create.stage(),
            run.plan().runId(),
            create.attempt(),
            create.inputDigest(),
            run.jobs());
    HasMetadata job =
        create.kind() == WorkKind.JOB
            ? traces.handed(run.resource(), run.plan().runId(), template.build(request))
            : trainJobTemplate.build(request, Objects.requireNonNull(run.jobs().trainJob()));
    try {
      if (createOnly(job)) {
        events.normal(
            run.resource(),
            "JobCreated",
            "Created " + job.getKind() + " " + job.getMetadata().getName());
      }
    } catch (KubernetesClientException e) {
      if (REFUSALS.contains(e.getCode())) {
        throw new RefusedWork(create.stage(), refusal(job, e), e);
      }
      throw e;
    }
  }

  private static String refusal(HasMetadata job, KubernetesClientException e) {
    String words = e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage();
    return "The API server refused "
        + job.getKind()
        + " "
        + job.getMetadata().getName()
        + ": "
        + words;
  }

  private static ConfigMap specification(StageRun run) {
    String runId = run.plan().runId();
    HasMetadata resource = run.resource();
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(JobNames.specConfigMap(resource.getMetadata().getName(), runId))
        .withNamespace(resource.getMetadata().getNamespace())
        .withLabels(Map.of(JobNames.MANAGED_BY, JobNames.OPERATOR, JobNames.RUN_ID, runId))
        .withOwnerReferences(JobTemplate.owner(resource))
        .endMetadata()
        .withImmutable(true)
        .withData(Map.of("spec.json", new String(run.plan().specBytes(), StandardCharsets.UTF_8)))
        .build();
  }

  /** Never changes an object that exists: a Job's template cannot be changed anyway. */
  private boolean createOnly(HasMetadata object) {
    try {
      client.resource(object).create();
      return true;
    } catch (KubernetesClientException e) {
      if (NamespaceEnd.refused(e)) {
        LOG.debug("{} is not made: its namespace is being deleted", object.getMetadata().getName());
        return false;
      }
      // Another 409, for example of a quota that is being counted, says nothing of the object.
      if (e.getStatus() == null || !"AlreadyExists".equals(e.getStatus().getReason())) {
        throw e;
      }
      LOG.debug("{} exists already", object.getMetadata().getName());
      return false;
    }
  }

  /**
   * Deletes a Job of a resource. In the foreground, in which the Job stays visible until its Pods
   * are gone, so no second one overlaps.
   */
  public void delete(TrainingAction.DeleteJob delete, HasMetadata resource) {
    String namespace = resource.getMetadata().getNamespace();
    if (delete.kind() == WorkKind.TRAIN_JOB) {
      trainJobs.delete(namespace, delete.name());
      return;
    }
    client
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withName(delete.name())
        .withPropagationPolicy(DeletionPropagation.FOREGROUND)
        .delete();
  }
}
