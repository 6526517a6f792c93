package dev.apq.operator.job;

import dev.apq.api.v1alpha1.DatasetDirectory;
import dev.apq.api.v1alpha1.TrainJobSource;
import dev.apq.api.v1alpha1.WorkerTemplate;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The TrainJob of a stage: the worker's Pod as {@link WorkerPod} makes it, as far as a TrainJob can
 * carry it. Failure policy, security contexts, priority and runtime class are its runtime's.
 *
 * @param storage how Pods reach the artifact store
 * @param defaults what Pods get where their resource says nothing
 */
public record TrainJobTemplate(WorkerStorage storage, WorkerDefaults defaults) {
  /** The Kubeflow Trainer's name for the replicated job, and the container, that trains. */
  static final String TRAINER = "node";

  /** Its Pods are called {@code <name>-node-0-<index>-<5 characters>}. */
  private static final int MAX_LENGTH = 63 - "-node-0-1023-abcde".length();

  /** The TrainJob, complete but for what the API server adds. */
  public GenericKubernetesResource build(JobTemplate.Request request, TrainJobSource source) {
    Map<String, String> labels = JobTemplate.labels(request);
    return new GenericKubernetesResourceBuilder()
        .withApiVersion(TrainJobs.API_VERSION)
        .withKind(TrainJobs.KIND)
        .withNewMetadata()
        .withName(name(request))
        .withNamespace(request.resource().getMetadata().getNamespace())
        .withLabels(labels)
        .withAnnotations(Map.of(JobNames.INPUT_DIGEST, request.inputDigest()))
        .withOwnerReferences(JobTemplate.owner(request.resource()))
        .endMetadata()
        .addToAdditionalProperties("spec", spec(request, source))
        .build();
  }

  // Unlike a resource's, its name must not begin with a digit.
  static String name(JobTemplate.Request request) {
    String resource = request.resource().getMetadata().getName();
    return JobNames.job(
        Character.isDigit(resource.charAt(0)) ? "t-" + resource : resource,
        request.stage(),
        request.runId(),
        request.attempt(),
        MAX_LENGTH);
  }

  private Map<String, Object> spec(JobTemplate.Request request, TrainJobSource source) {
    PodSpec pod = pod(request);
    return Map.of(
        "runtimeRef",
        Map.of("kind", source.runtimeRef().kind().kind(), "name", source.runtimeRef().name()),
        "trainer",
        trainer(pod.getContainers().get(0), request.settings().worker(), source),
        "podTemplateOverrides",
        List.of(
            Map.of(
                "targetJobs",
                List.of(Map.of("name", TRAINER)),
                "metadata",
                Map.of("labels", podLabels(request)),
                "spec",
                placement(pod))));
  }

  private PodSpec pod(JobTemplate.Request request) {
    DatasetDirectory directory = request.settings().data();
    return new WorkerPod(
            storage,
            JobNames.specConfigMap(request.resource().getMetadata().getName(), request.runId()),
            directory == null ? null : directory.claimName())
        .build(defaults.under(request.settings().worker()), request);
  }

  // The operator's default image trains on one node, so without an image the runtime's is taken.
  private static Map<String, Object> trainer(
      Container worker, @Nullable WorkerTemplate wanted, TrainJobSource source) {
    Map<String, Object> trainer = new LinkedHashMap<>();
    if (wanted != null && wanted.image() != null) {
      trainer.put("image", worker.getImage());
    }
    trainer.put("args", worker.getArgs());
    trainer.put("env", plain(worker.getEnv()));
    trainer.put("numNodes", source.nodes());
    if (source.processesPerNode() != null) {
      trainer.put("numProcPerNode", source.processesPerNode());
    }
    if (worker.getResources() != null) {
      trainer.put("resourcesPerNode", plain(worker.getResources()));
    }
    return trainer;
  }

  private static Map<String, Object> placement(PodSpec pod) {
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("volumes", plain(pod.getVolumes()));
    spec.put(
        "containers",
        List.of(
            Map.of(
                "name",
                TRAINER,
                "volumeMounts",
                plain(pod.getContainers().get(0).getVolumeMounts()))));
    put(spec, "serviceAccountName", pod.getServiceAccountName());
    put(spec, "nodeSelector", pod.getNodeSelector());
    put(spec, "tolerations", plain(pod.getTolerations()));
    put(spec, "imagePullSecrets", plain(pod.getImagePullSecrets()));
    return spec;
  }

  private static void put(Map<String, Object> spec, String name, @Nullable Object value) {
    boolean empty =
        value == null
            || value instanceof List<?> list && list.isEmpty()
            || value instanceof Map<?, ?> map && map.isEmpty();
    if (!empty) {
      spec.put(name, value);
    }
  }

  // Without the label by which a NetworkPolicy cuts workers off: these talk to each other.
  private static Map<String, String> podLabels(JobTemplate.Request request) {
    Map<String, String> labels = JobTemplate.podLabels(JobTemplate.labels(request));
    labels.remove(JobNames.MANAGED_BY);
    return labels;
  }

  private static Object plain(Object model) {
    return TrainJobs.MODEL.convertValue(model, Object.class);
  }
}
