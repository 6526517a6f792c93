package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands the run's one {@link Cluster} to tests that take it as a parameter, deletes what a class
 * has left there, and fails a class during which failures came into the operator's log.
 */
final class OnCluster implements ParameterResolver, AfterAllCallback {
  private static final ExtensionContext.Namespace STORE =
      ExtensionContext.Namespace.create(OnCluster.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Cluster.class;
  }

  @Override
  public Cluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(STORE)
        .getOrComputeIfAbsent(Cluster.class, key -> Cluster.start(), Cluster.class);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    ExtensionContext.Store store = context.getRoot().getStore(STORE);
    Cluster cluster = store.get(Cluster.class, Cluster.class);
    if (cluster != null) {
      cluster.deleteNamespaces();
      Path log = cluster.environment().paths().logs().resolve("operator.log");
      Told told = store.getOrComputeIfAbsent(Told.class, key -> new Told(), Told.class);
      assertThat(OperatorLog.failures(log).stream().filter(told.lines()::add))
          .as("failures in the operator's log, of this class alone")
          .isEmpty();
    }
  }

  /** Failures that an earlier class was failed for; each line begins with its time. */
  private record Told(Set<String> lines) {
    Told() {
      this(new HashSet<>());
    }
  }
}
