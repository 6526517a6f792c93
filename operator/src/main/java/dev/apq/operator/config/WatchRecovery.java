package dev.apq.operator.config;

import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.quarkiverse.operatorsdk.runtime.api.ConfigurationServiceCustomizer;
import jakarta.inject.Singleton;
import java.util.function.Consumer;

/**
 * Lets a watch that broke be made anew. By default the framework gives up a watch whose connection
 * delivered nonsense: the operator then runs on without hearing of that kind ever again, and only
 * its readiness tells.
 */
@Singleton
public class WatchRecovery implements ConfigurationServiceCustomizer {
  @Override
  public Consumer<ConfigurationServiceOverrider> overrider() {
    return framework -> framework.withStopOnInformerErrorDuringStartup(false);
  }
}
