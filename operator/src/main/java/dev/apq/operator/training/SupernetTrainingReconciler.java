package dev.apq.operator.training;

import dev.apq.api.v1alpha1.StageStatus;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.api.v1alpha1.SupernetTrainingStatus;
import dev.apq.core.artifact.StoreUnavailableException;
import dev.apq.core.contract.StoreLayout;
import dev.apq.operator.job.JobNames;
import dev.apq.operator.job.JobTemplate;
import dev.apq.operator.metrics.ResourceMeters;
import dev.apq.operator.metrics.StageMeters;
import dev.apq.operator.status.Reasons;
import dev.apq.operator.status.StatusWriter;
import dev.apq.operator.status.StoreOutage;
import dev.apq.operator.status.Transitions;
import dev.apq.operator.store.ArtifactStore;
import dev.apq.operator.traces.RunTraces;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.rate.RateLimited;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.Mappers;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.MDC;

/** Observes, decides, acts and reports; remembers nothing. */
@ControllerConfiguration(
    name = "supernettraining",
    maxReconciliationInterval =
        @MaxReconciliationInterval(interval = 5, timeUnit = TimeUnit.MINUTES))
@GradualRetry(maxAttempts = -1, initialInterval = 1000, intervalMultiplier = 3, maxInterval = 30000)
@RateLimited(maxReconciliations = 5, within = 1)
public class SupernetTrainingReconciler implements Reconciler<SupernetTraining> {
  private final WorkObserver work;
  private final TrainingObserver observer;
  private final TrainingActions actions;
  private final StatusWriter statuses;
  private final Transitions transitions;
  private final ArtifactStore store;
  private final StageMeters stageMeters;
  private final ResourceMeters resourceMeters;
  private final RunTraces traces;
  private final Clock clock;

  /** With the parts of a visit. */
  @Inject
  public SupernetTrainingReconciler(
      WorkObserver work,
      TrainingObserver observer,
      TrainingActions actions,
      StatusWriter statuses,
      Transitions transitions,
      ArtifactStore store,
      StageMeters stageMeters,
      ResourceMeters resourceMeters,
      RunTraces traces,
      Clock clock) {
    this.work = work;
    this.observer = observer;
    this.actions = actions;
    this.statuses = statuses;
    this.transitions = transitions;
    this.store = store;
    this.stageMeters = stageMeters;
    this.resourceMeters = resourceMeters;
    this.traces = traces;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, SupernetTraining>> prepareEventSources(
      EventSourceContext<SupernetTraining> context) {
    resourceMeters.trainings(context.getPrimaryCache()::list);
    return List.of(
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Job.class, SupernetTraining.class)
                .withLabelSelector(JobNames.MANAGED_BY + "=" + JobNames.OPERATOR)
                .withSecondaryToPrimaryMapper(Mappers.fromOwnerReferences(SupernetTraining.class))
                .build(),
            context));
  }

  @Override
  public UpdateControl<SupernetTraining> reconcile(
      SupernetTraining resource, Context<SupernetTraining> context) throws IOException {
    Instant now = clock.instant();
    try {
      return visit(resource, context, now);
    } catch (StoreUnavailableException e) {
      return TrainingReport.outage(resource, e, now)
          .map(status -> report(resource, status, Set.of(), StoreOutage.REVISIT))
          .orElseGet(
              () ->
                  UpdateControl.<SupernetTraining>noUpdate().rescheduleAfter(StoreOutage.REVISIT));
    }
  }

  private UpdateControl<SupernetTraining> visit(
      SupernetTraining resource, Context<SupernetTraining> context, Instant now)
      throws IOException {
    TrainingPlan plan;
    try {
      plan = TrainingPlan.of(resource);
      DataAccess.require(resource.getSpec().dataset(), store.root().toUri());
    } catch (IllegalArgumentException e) {
      return report(
          resource,
          TrainingReport.invalid(resource, invalid(e), now),
          Set.of(),
          TrainingDecider.IDLE);
    }
    try (MDC.MDCCloseable ignored = MDC.putCloseable(JobNames.LOGGED_RUN_ID, plan.runId())) {
      return visit(resource, plan, context.getSecondaryResources(Job.class), now);
    }
  }

  private UpdateControl<SupernetTraining> visit(
      SupernetTraining resource, TrainingPlan plan, Set<Job> owned, Instant now)
      throws IOException {
    StoreLayout layout = layout(resource, plan);
    String path =
        ArtifactStore.relative(
            resource.getMetadata().getNamespace(),
            resource.getMetadata().getName(),
            plan.artifactKey());
    WorkObserver.Work found = work.of(resource, owned);
    TrainingWorld world =
        observer.observe(plan.stagePlan(), layout, found.jobs()).with(found.delegation());
    TrainingDecision decision = TrainingDecider.decide(resource.getSpec(), world, now);
    StageRun run =
        new StageRun(resource, plan.stagePlan(), layout, JobTemplate.Settings.of(resource, path));
    Outcome outcome = decision.outcome();
    Duration revisit = decision.revisit();
    try {
      for (TrainingAction action : decision.actions()) {
        actions.run(action, run);
      }
    } catch (RefusedWork e) {
      outcome = e.outcome();
      revisit = RefusedWork.RETRY_INTERVAL;
    }
    Optional<StageObservation> current = world.current();
    resourceMeters.working(
        resource,
        current.map(StageObservation::stage).orElse(null),
        current.map(StageObservation::progress).orElse(null));
    URI folder = layout.root().toUri();
    return report(
        resource, TrainingReport.of(resource, world, outcome, folder, now), owned, revisit);
  }

  private StoreLayout layout(SupernetTraining resource, TrainingPlan plan) throws IOException {
    return new StoreLayout(
        store.folder(
            resource.getMetadata().getNamespace(),
            resource.getMetadata().getName(),
            plan.artifactKey()));
  }

  private UpdateControl<SupernetTraining> report(
      SupernetTraining resource, SupernetTrainingStatus status, Set<Job> owned, Duration revisit) {
    StatusWriter.Result result = statuses.write(resource, status);
    if (result == StatusWriter.Result.WRITTEN) {
      SupernetTrainingStatus before = resource.getStatus();
      transitions.announce(
          resource, before == null ? List.of() : before.stages(), status.stages(), clock.instant());
      transitions.announce(
          resource, before == null ? List.of() : before.conditions(), status.conditions());
      List<StageStatus> stages = before == null ? List.of() : before.stages();
      stageMeters.ended(stages, status.stages(), owned);
      traces.ended(resource, status.runId(), stages, status.stages(), clock.instant());
    }
    return UpdateControl.<SupernetTraining>noUpdate()
        .rescheduleAfter(result == StatusWriter.Result.OUTDATED ? TrainingDecider.SOON : revisit);
  }

  private static Outcome.Stalled invalid(IllegalArgumentException problem) {
    return new Outcome.Stalled(
        Reasons.INVALID_SPEC,
        String.valueOf(problem.getMessage()),
        "create another SupernetTraining with the field corrected");
  }
}
