package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands the run's one {@link Cluster} to tests that take it as a parameter, deletes what a class
 * has left there, and fails a class that leaves errors in the operator's log.
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
    Cluster cluster = context.getRoot().getStore(STORE).get(Cluster.class, Cluster.class);
    if (cluster != null) {
      cluster.deleteNamespaces();
      assertThat(OperatorLog.failures(cluster.environment().paths().logs().resolve("operator.log")))
          .as("failures in the operator's log")
          .isEmpty();
    }
  }
}
