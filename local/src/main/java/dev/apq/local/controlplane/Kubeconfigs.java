package dev.apq.local.controlplane;

import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.ConfigBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** Writes kubeconfig files that hold their certificates inline, so that one file is enough. */
final class Kubeconfigs {
  private Kubeconfigs() {}

  static Path write(
      Path file, String server, Path authority, String user, Credentials credentials) {
    try {
      Config config =
          new ConfigBuilder()
              .withApiVersion("v1")
              .withKind("Config")
              .addNewCluster()
              .withName("apq")
              .withNewCluster()
              .withServer(server)
              .withCertificateAuthorityData(base64(authority))
              .endCluster()
              .endCluster()
              .addNewUser()
              .withName(user)
              .withNewUser()
              .withClientCertificateData(base64(credentials.certificate()))
              .withClientKeyData(base64(credentials.key()))
              .endUser()
              .endUser()
              .addNewContext()
              .withName("apq")
              .withNewContext()
              .withCluster("apq")
              .withUser(user)
              .withNamespace("default")
              .endContext()
              .endContext()
              .withCurrentContext("apq")
              .build();
      PrivateFiles.write(file, Serialization.asYaml(config));
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private static String base64(Path file) throws IOException {
    return Base64.getEncoder().encodeToString(Files.readAllBytes(file));
  }
}
