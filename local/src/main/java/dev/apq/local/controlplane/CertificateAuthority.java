package dev.apq.local.controlplane;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority for one environment. Its own key lives only as long as this object: every
 * start of an environment issues everything anew, so nothing can be signed later.
 *
 * <p>Keys are RSA, because the Fabric8 client cannot read an elliptic-curve client key from a
 * kubeconfig.
 */
public final class CertificateAuthority {
  private static final Duration VALIDITY = Duration.ofDays(365);
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);
  private static final int KEY_BITS = 2048;

  private final Path directory;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final KeyPair keys;
  private final X500Name name;

  private CertificateAuthority(Path directory, Clock clock) throws GeneralSecurityException {
    this.directory = directory;
    this.clock = clock;
    this.keys = generateKeys();
    this.name = subject(Identity.user("apq-local"));
  }

  /**
   * Creates an authority that writes what it issues under {@code directory}, readable by its owner.
   */
  public static CertificateAuthority create(Path directory, Clock clock) {
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      CertificateAuthority authority = new CertificateAuthority(directory, clock);
      Files.writeString(
          authority.certificate(),
          pem(authority.sign(authority.name, authority.keys.getPublic(), List.of(), true)));
      return authority;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write certificates under " + directory, e);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("this JDK cannot make RSA certificates", e);
    }
  }

  /** The authority's certificate, which peers trust. */
  public Path certificate() {
    return directory.resolve("ca.crt");
  }

  /** Issues a certificate for both client and server use to a new key. */
  public Credentials issue(String file, Identity identity) {
    try {
      KeyPair pair = generateKeys();
      Credentials credentials =
          new Credentials(directory.resolve(file + ".crt"), directory.resolve(file + ".key"));
      Files.writeString(
          credentials.certificate(),
          pem(sign(subject(identity), pair.getPublic(), identity.hosts(), false)));
      PrivateFiles.write(credentials.key(), pem(pair.getPrivate()));
      return credentials;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write certificates under " + directory, e);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("this JDK cannot make RSA certificates", e);
    }
  }

  private X509Certificate sign(
      X500Name subject, PublicKey key, List<String> hosts, boolean authority)
      throws GeneralSecurityException, OperatorCreationException, CertIOException {
    Instant now = clock.instant();
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            name,
            new BigInteger(127, random),
            Date.from(now.minus(CLOCK_SKEW)),
            Date.from(now.plus(VALIDITY)),
            subject,
            key);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
    if (authority) {
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    } else {
      builder.addExtension(
          Extension.keyUsage,
          true,
          new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
      builder.addExtension(
          Extension.extendedKeyUsage,
          false,
          new ExtendedKeyUsage(
              new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
    }
    if (!hosts.isEmpty()) {
      builder.addExtension(Extension.subjectAlternativeName, false, alternativeNames(hosts));
    }
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate())));
  }

  private static GeneralNames alternativeNames(List<String> hosts) {
    List<GeneralName> names = new ArrayList<>();
    for (String host : hosts) {
      boolean address = host.matches("[0-9.]+");
      names.add(new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, host));
    }
    return new GeneralNames(names.toArray(GeneralName[]::new));
  }

  private static X500Name subject(Identity identity) {
    X500NameBuilder builder = new X500NameBuilder(BCStyle.INSTANCE);
    identity.groups().forEach(group -> builder.addRDN(BCStyle.O, group));
    builder.addRDN(BCStyle.CN, identity.name());
    return builder.build();
  }

  private KeyPair generateKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(KEY_BITS, random);
    return generator.generateKeyPair();
  }

  private static String pem(Object content) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(content);
    }
    return text.toString();
  }
}
