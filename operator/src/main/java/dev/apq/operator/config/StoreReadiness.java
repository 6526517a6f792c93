package dev.apq.operator.config;

import dev.apq.operator.store.ArtifactStore;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready while the artifact store is away: without it nothing can be judged or searched. */
@Readiness
@Singleton
public class StoreReadiness implements HealthCheck {
  private final ArtifactStore store;

  /** With the store to look at. */
  @Inject
  public StoreReadiness(ArtifactStore store) {
    this.store = store;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("artifact store")
        .status(Files.isDirectory(store.root()) && Files.isWritable(store.root()))
        .withData("root", store.root().toString())
        .build();
  }
}
