package dev.apq.operator.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.net.URI;
import java.util.Optional;

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

  /** Whether kinds, rights and store are looked at before anything starts. */
  @WithDefault("true")
  boolean preflight();

  /** The artifact store. */
  interface Store {
    /** Root folder, a file URI; the same volume that {@link #claim()} names. */
    URI root();

    /** PersistentVolumeClaim that worker Pods mount, looked up in the resource's namespace. */
    @WithDefault("apq-artifacts")
    String claim();
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
