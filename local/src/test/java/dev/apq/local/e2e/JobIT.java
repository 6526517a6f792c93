package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The real Job controller must find in the node's reports what it finds in a kubelet's. */
@ExtendWith(OnCluster.class)
class JobIT {
  private Cluster cluster;
  private Workloads workloads;

  @BeforeEach
  void takeNamespace(Cluster shared) {
    cluster = shared;
    workloads = new Workloads(shared.admin(), shared.namespace("job"));
  }

  @Test
  void completesWithTheMessageOfItsContainer() {
    workloads.createJob("hello", "echo hello > /dev/termination-log", "", "", "backoffLimit: 0");

    Job job = workloads.finishedJob("hello");

    assertThat(job.getStatus().getSucceeded()).isEqualTo(1);
    ContainerStateTerminated end = Workloads.end(workloads.podOf("hello"));
    assertThat(end.getExitCode()).isZero();
    assertThat(end.getReason()).isEqualTo("Completed");
    assertThat(end.getMessage()).isEqualTo("hello");
  }

  @Test
  void failsWithTheExitCodeAndTheMessageOfItsContainer() {
    workloads.createJob(
        "broken", "echo no such file > /dev/termination-log; exit 66", "", "", "backoffLimit: 0");

    Job job = workloads.finishedJob("broken");

    assertThat(Workloads.terminalCondition(job)).hasValue("Failed");
    ContainerStateTerminated end = Workloads.end(workloads.podOf("broken"));
    assertThat(end.getExitCode()).isEqualTo(66);
    assertThat(end.getMessage()).isEqualTo("no such file");
  }

  @Test
  void isFailedAtOnceWhenItsPodFailurePolicyNamesTheExitCode() {
    workloads.createJob(
        "policy",
        "exit 64",
        "",
        "",
        """
        backoffLimit: 6
        podFailurePolicy:
          rules:
          - action: FailJob
            onExitCodes: {containerName: worker, operator: In, values: [64, 78]}
        """);

    Job failed = workloads.finishedJob("policy");

    assertThat(failed.getStatus().getConditions())
        .anyMatch(c -> c.getType().equals("Failed") && c.getReason().equals("PodFailurePolicy"));
    assertThat(failed.getStatus().getFailed()).isEqualTo(1);
  }

  @Test
  void losesOnlyTheShardThatFails() {
    workloads.createJob(
        "shards",
        "test $JOB_COMPLETION_INDEX != 1 && : > /out/$JOB_COMPLETION_INDEX",
        "volumeMounts: [{name: artifacts, mountPath: /out, subPath: shards}]",
        "volumes: [{name: artifacts, persistentVolumeClaim: {claimName: apq-artifacts}}]\n",
        """
        completionMode: Indexed
        completions: 4
        parallelism: 2
        backoffLimitPerIndex: 0
        podReplacementPolicy: Failed
        """);

    Job ended = workloads.finishedJob("shards");

    assertThat(ended.getStatus().getCompletedIndexes()).isEqualTo("0,2,3");
    assertThat(ended.getStatus().getFailedIndexes()).isEqualTo("1");
    Path out = cluster.environment().paths().artifacts().resolve("shards");
    assertThat(out.resolve("1")).doesNotExist();
    assertThat(List.of("0", "2", "3")).allMatch(index -> Files.exists(out.resolve(index)));
  }
}
