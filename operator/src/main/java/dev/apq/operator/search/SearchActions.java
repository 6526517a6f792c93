package dev.apq.operator.search;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.SupernetTemplate;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.operator.config.Tenure;
import dev.apq.operator.job.JobNames;
import dev.apq.operator.job.JobTemplate;
import dev.apq.operator.job.NamespaceEnd;
import dev.apq.operator.status.EventRecorder;
import dev.apq.operator.training.TrainingAction;
import dev.apq.operator.training.TrainingActions;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries decisions about searches out. Every action may be repeated. */
@Singleton
public class SearchActions {
  private static final Logger LOG = LoggerFactory.getLogger(SearchActions.class);

  private final KubernetesClient client;
  private final SearchExecutor executor;
  private final EventRecorder events;
  private final TrainingActions stages;
  private final WarmStarts warmStarts;
  private final Tenure tenure;

  /** With what the actions act on. */
  @Inject
  public SearchActions(
      KubernetesClient client,
      SearchExecutor executor,
      EventRecorder events,
      TrainingActions stages,
      WarmStarts warmStarts,
      Tenure tenure) {
    this.client = client;
    this.executor = executor;
    this.events = events;
    this.stages = stages;
    this.warmStarts = warmStarts;
    this.tenure = tenure;
  }

  /**
   * Carries out one action, unless another instance may lead meanwhile. In a namespace that is
   * being deleted nothing is made: what is missing there goes before the search does.
   *
   * @throws IOException if the store cannot be written
   */
  void run(SearchAction action, SearchVisit visit) throws IOException {
    if (!tenure.holds()) {
      return;
    }
    try {
      perform(action, visit);
    } catch (KubernetesClientException e) {
      if (!NamespaceEnd.refused(e)) {
        throw e;
      }
      LOG.debug("{} is left: the namespace is being deleted", action);
    }
  }

  private void perform(SearchAction action, SearchVisit visit) throws IOException {
    ApqSearch search = visit.search();
    if (action instanceof SearchAction.CreateSupernet) {
      createSupernet(search);
    } else if (action instanceof SearchAction.SuspendSupernet suspension) {
      suspendSupernet(search, suspension.suspend());
    } else if (action instanceof SearchAction.StopSearch) {
      executor.stop(search.getMetadata().getUid());
    } else if (action instanceof SearchAction.StartSearch) {
      warmStarts.keep(search, visit.requirePlan());
      executor.start(visit.owner(), visit.requirePlan(), visit.requireStore());
    } else if (action instanceof SearchAction.PublishResult
        && visit.world().state() instanceof SearchState.Found found) {
      publish(search, visit.requirePlan(), found, visit.world().verification());
    } else if (action instanceof SearchAction.Verify verify) {
      verify(verify.action(), visit);
    }
  }

  private void createSupernet(ApqSearch search) {
    SupernetTemplate template = search.getSpec().supernetTemplate();
    if (template == null) {
      return;
    }
    SupernetTraining training = new SupernetTraining();
    training.setMetadata(
        new ObjectMetaBuilder()
            .withName(search.getMetadata().getName())
            .withNamespace(search.getMetadata().getNamespace())
            .withLabels(Map.of(JobNames.MANAGED_BY, JobNames.OPERATOR))
            .withOwnerReferences(JobTemplate.owner(search))
            .build());
    training.setSpec(template.spec());
    try {
      client.resource(training).create();
      events.normal(
          search, "SupernetCreated", "Created SupernetTraining " + search.getMetadata().getName());
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
    }
  }

  private void suspendSupernet(ApqSearch search, boolean suspend) {
    client
        .resources(SupernetTraining.class)
        .inNamespace(search.getMetadata().getNamespace())
        .withName(search.getMetadata().getName())
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"suspend\":" + suspend + "}}");
  }

  private void verify(TrainingAction action, SearchVisit visit) throws IOException {
    VerifyPlan plan = visit.world().verification().plan();
    if (plan != null) {
      Files.createDirectories(plan.run().layout().root());
      stages.run(action, plan.run());
    } else if (action instanceof TrainingAction.DeleteJob delete) {
      stages.delete(delete, visit.search());
    }
  }

  private void publish(
      ApqSearch search, SearchPlan plan, SearchState.Found found, Verification verification) {
    ConfigMap existing =
        client
            .configMaps()
            .inNamespace(search.getMetadata().getNamespace())
            .withName(SearchResults.nameOf(search))
            .get();
    if (existing == null || SearchResults.ownedBy(existing, search)) {
      client
          .resource(SearchResults.of(search, plan, found, verification))
          .createOr(NonDeletingOperation::update);
    }
  }
}
