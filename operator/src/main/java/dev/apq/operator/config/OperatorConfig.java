package dev.apq.operator.config;

import dev.apq.store.StoreSettings;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The operator's own settings; environment variables such as {@code APQ_STORE_ROOT} override. */
@ConfigMapping(prefix = "apq")
public interface OperatorConfig {

  /** The artifact store. */
  Store store();

  /** Worker defaults. */
  Worker worker();

  /** The search executor. */
  Search search();

  /** Delegation to the Kubeflow Trainer. */
  @WithName("train-jobs")
  TrainJobs trainJobs();

  /** Leader election. */
  @WithName("leader-election")
  LeaderElection leaderElection();

  /** The resource by which the operator notices that it serves none. */
  Canary canary();

  /** Whether kinds, rights and store are looked at before anything starts. */
  @WithDefault("true")
  boolean preflight();

  /** The artifact store. */
  interface Store {
    /**
     * Where it begins: a file URI, in the volume that {@link #claim()} names, or {@code
     * s3://<bucket>/<prefix>}.
     */
    URI root();

    /** PersistentVolumeClaim that worker Pods mount, looked up in the resource's namespace. */
    @WithDefault("apq-artifacts")
    String claim();

    /** How S3 is reached. */
    S3 s3();
  }

  /** How S3 is reached. The operator's own credentials are in its environment or its identity. */
  interface S3 {
    /** URL of an S3-compatible server; AWS unless set. */
    Optional<URI> endpoint();

    /** Region of the bucket. */
    Optional<String> region();

    /** Whether the bucket is named in the path and not in the host. */
    @WithDefault("false")
    boolean pathStyle();

    /** Secret with the access key of worker Pods, looked up in the resource's namespace. */
    Optional<String> secret();

    /** ServiceAccount of worker Pods, looked up in the resource's namespace. */
    Optional<String> serviceAccount();

    /** The first three as variables of a process. */
    default Map<String, String> environment() {
      Map<String, String> environment = new TreeMap<>();
      endpoint().ifPresent(url -> environment.put(StoreSettings.ENDPOINT, url.toString()));
      region().ifPresent(name -> environment.put(StoreSettings.REGION, name));
      if (pathStyle()) {
        environment.put(StoreSettings.PATH_STYLE, "true");
      }
      return environment;
    }
  }

  /** Worker defaults. */
  interface Worker {
    /** Image for resources that name none. */
    String image();

    /**
     * What else worker Pods get where their resource says nothing: a {@code spec.worker} in JSON.
     */
    Optional<String> defaults();
  }

  /** The search executor. */
  interface Search {
    /** Threads that step searches. */
    @WithDefault("2")
    int threads();

    /** Generations between two checkpoints. */
    @WithDefault("50")
    int checkpointGenerations();
  }

  /** Delegation to the Kubeflow Trainer. */
  interface TrainJobs {
    /** Whether the operator makes TrainJobs for trainings that ask for one. */
    @WithDefault("false")
    boolean enabled();
  }

  /** The operator's own resource. */
  interface Canary {
    /** Namespace to keep it in, one of those that are served; no canary unless given. */
    Optional<String> namespace();

    /** Time between two edits. */
    @WithDefault("PT1M")
    Duration interval();
  }

  /** Leader election. */
  interface LeaderElection {
    /** Name of the Lease in the operator's namespace. */
    @WithDefault("apq-operator")
    String lease();

    /** Namespace of the Lease; the operator's own. */
    @WithDefault("default")
    String namespace();

    /** Name of this instance; made up unless given. */
    Optional<String> identity();
  }
}
