package dev.apq.local.node;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;

/**
 * Where a node keeps what belongs to its Pods.
 *
 * @param state volumes, homes and termination logs; removed with the Pod
 * @param logs container logs; kept, so that they can be read after the Pod is gone
 */
public record NodePaths(Path state, Path logs) {
  Path directory(String uid) {
    return state.resolve(uid);
  }

  Path volumes(Pod pod) {
    return directory(pod.getMetadata().getUid()).resolve("volumes");
  }

  Path home(Pod pod, String container) {
    return directory(pod.getMetadata().getUid()).resolve("home").resolve(container);
  }

  Path terminationLog(Pod pod, String container) {
    return directory(pod.getMetadata().getUid()).resolve("termination").resolve(container);
  }

  /** Log of one container; its runs follow each other in it. */
  public Path log(Pod pod, String container) {
    ObjectMeta meta = pod.getMetadata();
    return logs.resolve(meta.getNamespace()).resolve(meta.getName()).resolve(container + ".log");
  }
}
