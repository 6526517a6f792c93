package dev.apq.local.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {
  @TempDir private Path directory;

  @Test
  void issuesCertificatesThatItsOwnVerifiesForUserGroupsAndHosts() throws Exception {
    CertificateAuthority authority = CertificateAuthority.create(directory, Clock.systemUTC());

    Credentials node =
        authority.issue(
            "node",
            Identity.user("system:node:local", "system:nodes").servedAs("localhost", "127.0.0.1"));

    X509Certificate certificate = read(node.certificate());
    certificate.verify(read(authority.certificate()).getPublicKey());
    certificate.checkValidity();
    assertThat(certificate.getSubjectX500Principal().getName())
        .isEqualTo("CN=system:node:local,O=system:nodes");
    assertThat(certificate.getSubjectAlternativeNames())
        .containsExactlyInAnyOrder(List.of(2, "localhost"), List.of(7, "127.0.0.1"));
    assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
  }

  @Test
  void keysAreRsaAndForTheOwnerOnly() throws IOException {
    Credentials admin =
        CertificateAuthority.create(directory, Clock.systemUTC())
            .issue("admin", Identity.user("admin", "system:masters"));

    assertThat(admin.key()).content().startsWith("-----BEGIN RSA PRIVATE KEY-----");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(admin.key())))
        .isEqualTo("rw-------");
  }

  private static X509Certificate read(Path file) throws Exception {
    try (InputStream pem = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
    }
  }
}
