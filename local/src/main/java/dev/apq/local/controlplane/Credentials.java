package dev.apq.local.controlplane;

import java.nio.file.Path;

/**
 * A certificate and its private key, both PEM files.
 *
 * @param certificate X.509 certificate
 * @param key PKCS#1 RSA private key, readable by its owner only
 */
public record Credentials(Path certificate, Path key) {}
