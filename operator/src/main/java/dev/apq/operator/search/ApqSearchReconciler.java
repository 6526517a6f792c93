package dev.apq.operator.search;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.ApqSearchStatus;
import dev.apq.api.v1alpha1.StageStatus;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.api.v1alpha1.SupernetTrainingStatus;
import dev.apq.core.artifact.StoreUnavailableException;
import dev.apq.operator.job.JobNames;
import dev.apq.operator.job.JobObserver;
import dev.apq.operator.metrics.ResourceMeters;
import dev.apq.operator.metrics.StageMeters;
import dev.apq.operator.status.StatusWriter;
import dev.apq.operator.status.StoreOutage;
import dev.apq.operator.status.Transitions;
import dev.apq.operator.traces.RunTraces;
import dev.apq.operator.training.RefusedWork;
import dev.apq.operator.training.StageObservation;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.rate.RateLimited;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.Mappers;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.MDC;

/** Resolves the predictor, has the executor search and a Job verify, publishes the answer. */
@ControllerConfiguration(
    name = "apqsearch",
    maxReconciliationInterval =
        @MaxReconciliationInterval(interval = 5, timeUnit = TimeUnit.MINUTES))
@GradualRetry(maxAttempts = -1, initialInterval = 1000, intervalMultiplier = 3, maxInterval = 30000)
@RateLimited(maxReconciliations = 5, within = 1)
public class ApqSearchReconciler implements Reconciler<ApqSearch> {
  private static final String BY_SUPERNET = "supernet";

  private final JobObserver jobs;
  private final SearchObserver observer;
  private final SearchActions actions;
  private final StatusWriter statuses;
  private final Transitions transitions;
  private final KubernetesClient client;
  private final StageMeters stageMeters;
  private final ResourceMeters resourceMeters;
  private final RunTraces traces;
  private final Clock clock;
  private final SimpleInboundEventSource<ApqSearch> ended =
      new SimpleInboundEventSource<>("search-ended");

  /** With the parts of a visit. */
  @Inject
  public ApqSearchReconciler(
      JobObserver jobs,
      SearchObserver observer,
      SearchActions actions,
      StatusWriter statuses,
      Transitions transitions,
      KubernetesClient client,
      StageMeters stageMeters,
      ResourceMeters resourceMeters,
      RunTraces traces,
      Clock clock) {
    this.jobs = jobs;
    this.observer = observer;
    this.actions = actions;
    this.statuses = statuses;
    this.transitions = transitions;
    this.client = client;
    this.stageMeters = stageMeters;
    this.resourceMeters = resourceMeters;
    this.traces = traces;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, ApqSearch>> prepareEventSources(
      EventSourceContext<ApqSearch> context) {
    resourceMeters.searches(context.getPrimaryCache()::list);
    context
        .getPrimaryCache()
        .addIndexers(
            java.util.Map.of(
                BY_SUPERNET,
                search ->
                    List.of(
                        key(
                            search.getMetadata().getNamespace(),
                            SupernetResolver.nameOf(search)))));
    return List.of(
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(SupernetTraining.class, ApqSearch.class)
                .withSecondaryToPrimaryMapper(training -> searchesOf(training, context))
                .withPrimaryToSecondaryMapper(
                    (ApqSearch search) ->
                        Set.of(
                            new ResourceID(
                                SupernetResolver.nameOf(search),
                                search.getMetadata().getNamespace())))
                .build(),
            context),
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(ConfigMap.class, ApqSearch.class)
                .withLabelSelector(JobNames.MANAGED_BY + "=" + JobNames.OPERATOR)
                .withSecondaryToPrimaryMapper(Mappers.fromOwnerReferences(ApqSearch.class))
                .build(),
            context),
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Job.class, ApqSearch.class)
                .withLabelSelector(JobNames.MANAGED_BY + "=" + JobNames.OPERATOR)
                .withSecondaryToPrimaryMapper(Mappers.fromOwnerReferences(ApqSearch.class))
                .build(),
            context),
        ended);
  }

  @Override
  public UpdateControl<ApqSearch> reconcile(ApqSearch search, Context<ApqSearch> context)
      throws IOException {
    Instant now = clock.instant();
    try {
      return visit(search, context, now);
    } catch (StoreUnavailableException e) {
      return SearchReport.outage(search, e, now)
          .map(status -> report(search, status, Set.of(), StoreOutage.REVISIT))
          .orElseGet(
              () -> UpdateControl.<ApqSearch>noUpdate().rescheduleAfter(StoreOutage.REVISIT));
    }
  }

  private UpdateControl<ApqSearch> visit(ApqSearch search, Context<ApqSearch> context, Instant now)
      throws IOException {
    Optional<SupernetTraining> training = context.getSecondaryResource(SupernetTraining.class);
    SearchWorld world =
        observer.observe(
            search,
            training,
            results(search),
            jobs.observe(search, context.getSecondaryResources(Job.class)),
            warmStart(search).flatMap(context.getPrimaryCache()::get));
    SearchPlan plan = world.plan();
    if (plan == null) {
      return visit(search, world, training, context, now);
    }
    try (MDC.MDCCloseable ignored = MDC.putCloseable(JobNames.LOGGED_RUN_ID, plan.runId())) {
      return visit(search, world, training, context, now);
    }
  }

  private UpdateControl<ApqSearch> visit(
      ApqSearch search,
      SearchWorld world,
      Optional<SupernetTraining> training,
      Context<ApqSearch> context,
      Instant now)
      throws IOException {
    SearchStore store = world.plan() == null ? null : observer.storeOf(search, world.plan());
    SearchVisit visit = new SearchVisit(search, world, store, owner(search, context));
    SearchDecision decision = SearchDecider.decide(search.getSpec(), world, now);
    SearchOutcome outcome = decision.outcome();
    Duration revisit = decision.revisit();
    try {
      for (SearchAction action : decision.actions()) {
        actions.run(action, visit);
      }
    } catch (RefusedWork e) {
      outcome = SearchDecider.verified(e.outcome());
      revisit = RefusedWork.RETRY_INTERVAL;
    }
    StageObservation verification = world.verification().stage();
    resourceMeters.working(search, verification.stage(), verification.progress());
    if (outcome instanceof SearchOutcome.Kept) {
      return UpdateControl.<ApqSearch>noUpdate().rescheduleAfter(revisit);
    }
    return report(
        search,
        SearchReport.of(visit, outcome, workerSeconds(search, training), now),
        context.getSecondaryResources(Job.class),
        revisit);
  }

  private static Optional<ResourceID> warmStart(ApqSearch search) {
    return Optional.ofNullable(search.getSpec().warmStartRef())
        .map(reference -> new ResourceID(reference.name(), search.getMetadata().getNamespace()));
  }

  private Optional<ConfigMap> results(ApqSearch search) {
    return Optional.ofNullable(
        client
            .configMaps()
            .inNamespace(search.getMetadata().getNamespace())
            .withName(SearchResults.nameOf(search))
            .get());
  }

  private SearchExecutor.Owner owner(ApqSearch search, Context<ApqSearch> context) {
    ResourceID id = ResourceID.fromResource(search);
    String uid = search.getMetadata().getUid();
    return new SearchExecutor.Owner(
        uid,
        () ->
            context
                .getPrimaryCache()
                .get(id)
                .map(current -> current.getMetadata().getUid().equals(uid))
                .orElse(false),
        () -> ended.propagateEvent(id));
  }

  private UpdateControl<ApqSearch> report(
      ApqSearch search, ApqSearchStatus status, Set<Job> owned, Duration revisit) {
    StatusWriter.Result result = statuses.write(search, status);
    if (result == StatusWriter.Result.WRITTEN) {
      ApqSearchStatus before = search.getStatus();
      transitions.announce(
          search, before == null ? List.of() : before.stages(), status.stages(), clock.instant());
      transitions.announce(
          search, before == null ? List.of() : before.conditions(), status.conditions());
      List<StageStatus> stages = before == null ? List.of() : before.stages();
      stageMeters.ended(stages, status.stages(), owned);
      traces.ended(search, status.runId(), stages, status.stages(), clock.instant());
    }
    return UpdateControl.<ApqSearch>noUpdate()
        .rescheduleAfter(result == StatusWriter.Result.OUTDATED ? SearchDecider.SOON : revisit);
  }

  private static long workerSeconds(ApqSearch search, Optional<SupernetTraining> training) {
    SupernetTrainingStatus status = training.map(SupernetTraining::getStatus).orElse(null);
    return search.getSpec().supernetTemplate() == null || status == null || status.cost() == null
        ? 0
        : status.cost().workerSeconds();
  }

  private static Set<ResourceID> searchesOf(
      SupernetTraining training, EventSourceContext<ApqSearch> context) {
    return context
        .getPrimaryCache()
        .byIndex(
            BY_SUPERNET,
            key(training.getMetadata().getNamespace(), training.getMetadata().getName()))
        .stream()
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  private static String key(String namespace, String name) {
    return namespace + "/" + name;
  }
}
