package dev.apq.operator.job;

import dev.apq.operator.config.OperatorConfig;
import dev.apq.store.StoreLocation;
import dev.apq.store.StoreSettings;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How worker Pods reach the artifact store. */
public sealed interface WorkerStorage {

  /** What the operator's configuration says. */
  static WorkerStorage of(OperatorConfig.Store config) {
    if (!StoreLocation.names(config.root())) {
      return new Claim(config.claim());
    }
    OperatorConfig.S3 s3 = config.s3();
    return new Bucket(
        StoreLocation.of(config.root()),
        s3.environment(),
        s3.secret().orElse(null),
        s3.serviceAccount().orElse(null));
  }

  /**
   * The URI of an artifact folder as a Pod sees it.
   *
   * @param path the folder below the store's root
   * @param mount where {@link #mounts} puts it
   */
  String uri(String path, String mount);

  /** Volumes that {@link #mounts} mounts. */
  List<Volume> volumes();

  /** The mount of an artifact folder. */
  List<VolumeMount> mounts(String path, String mount, boolean readOnly);

  /** Variables of the container. */
  List<EnvVar> environment();

  /** ServiceAccount whose identity the store trusts; null for the namespace's default. */
  @Nullable String serviceAccount();

  /**
   * A shared volume, of which a Pod mounts its own folders.
   *
   * @param claim PersistentVolumeClaim, looked up in the resource's namespace
   */
  record Claim(String claim) implements WorkerStorage {
    private static final String VOLUME = "artifacts";

    @Override
    public String uri(String path, String mount) {
      return "file://" + mount;
    }

    @Override
    public List<Volume> volumes() {
      return List.of(
          new VolumeBuilder().withName(VOLUME).withNewPersistentVolumeClaim(claim, false).build());
    }

    @Override
    public List<VolumeMount> mounts(String path, String mount, boolean readOnly) {
      return List.of(
          new VolumeMountBuilder()
              .withName(VOLUME)
              .withMountPath(mount)
              .withSubPath(path)
              .withReadOnly(readOnly ? true : null)
              .build());
    }

    @Override
    public List<EnvVar> environment() {
      return List.of();
    }

    @Override
    public @Nullable String serviceAccount() {
      return null;
    }
  }

  /**
   * A bucket. What a Pod may reach in it is up to its credentials, which are its namespace's own: a
   * Secret, looked up there and never read by the operator, or a service account.
   *
   * @param root where the store begins
   * @param settings variables that say how S3 is reached
   * @param secret Secret with an access key; null if there is none
   * @param serviceAccount ServiceAccount of the Pods; null for the namespace's default
   */
  record Bucket(
      StoreLocation root,
      Map<String, String> settings,
      @Nullable String secret,
      @Nullable String serviceAccount)
      implements WorkerStorage {

    @Override
    public String uri(String path, String mount) {
      return root.text() + "/" + path;
    }

    @Override
    public List<Volume> volumes() {
      return List.of();
    }

    @Override
    public List<VolumeMount> mounts(String path, String mount, boolean readOnly) {
      return List.of();
    }

    @Override
    public List<EnvVar> environment() {
      List<EnvVar> variables = new ArrayList<>();
      new TreeMap<>(settings)
          .forEach((name, value) -> variables.add(new EnvVar(name, value, null)));
      if (secret != null) {
        variables.add(fromSecret(StoreSettings.ACCESS_KEY, false));
        variables.add(fromSecret(StoreSettings.SECRET_KEY, false));
        variables.add(fromSecret(StoreSettings.SESSION_TOKEN, true));
      }
      return variables;
    }

    private EnvVar fromSecret(String key, boolean optional) {
      return new EnvVarBuilder()
          .withName(key)
          .withNewValueFrom()
          .withNewSecretKeyRef(key, secret, optional ? true : null)
          .endValueFrom()
          .build();
    }
  }
}
