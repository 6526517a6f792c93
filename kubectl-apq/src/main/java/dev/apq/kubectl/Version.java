package dev.apq.kubectl;

import picocli.CommandLine.IVersionProvider;

/** The version of the plugin, from its jar. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {"kubectl-apq " + (version == null ? "(not packaged)" : version)};
  }
}
