package dev.apq.core.contract;

import dev.apq.core.artifact.Digests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/** The identity of everything a stage's result depends on. */
public final class StageInputs {
  private StageInputs() {}

  /**
   * Digest of a stage's inputs: a finished stage is reused exactly when this is unchanged.
   *
   * @param stage the stage
   * @param specBytes content of {@code spec.json}
   * @param upstreamManifestDigests manifest digests of {@link Stage#inputs()}, in that order
   * @return {@code sha256:<hex>}
   */
  public static String digest(Stage stage, byte[] specBytes, List<String> upstreamManifestDigests) {
    if (upstreamManifestDigests.size() != stage.inputs().size()) {
      throw new IllegalArgumentException(
          stage + " has inputs " + stage.inputs() + ", got " + upstreamManifestDigests);
    }
    MessageDigest digest = Digests.newDigest();
    part(digest, stage.folder().getBytes(StandardCharsets.UTF_8));
    part(digest, specBytes);
    for (String upstream : upstreamManifestDigests) {
      part(digest, upstream.getBytes(StandardCharsets.UTF_8));
    }
    return Digests.text(digest.digest());
  }

  // Each part is preceded by its length, so that no two lists of parts look alike.
  private static void part(MessageDigest digest, byte[] bytes) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
  }
}
