package dev.apq.store;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How S3 is reached.
 *
 * @param endpoint of an S3-compatible server; null for AWS
 * @param region of the bucket
 * @param pathStyle whether the bucket is named in the path and not in the host
 * @param credentials what to sign with; null for what the process finds: a projected
 *     service-account token, the identity of its Pod or node, or a profile
 */
public record StoreSettings(
    @Nullable URI endpoint, String region, boolean pathStyle, @Nullable Credentials credentials) {
  /** URL of an S3-compatible server. */
  public static final String ENDPOINT = "APQ_STORE_S3_ENDPOINT";

  /** Region of the bucket; {@code us-east-1} unless set. */
  public static final String REGION = "APQ_STORE_S3_REGION";

  /** {@code true} if the bucket is named in the path. */
  public static final String PATH_STYLE = "APQ_STORE_S3_PATH_STYLE";

  /** Access key, with {@link #SECRET_KEY}. */
  public static final String ACCESS_KEY = "AWS_ACCESS_KEY_ID";

  /** Secret of the access key. */
  public static final String SECRET_KEY = "AWS_SECRET_ACCESS_KEY";

  /** Token of temporary credentials. */
  public static final String SESSION_TOKEN = "AWS_SESSION_TOKEN";

  private static final String AWS_REGION = "AWS_REGION";
  private static final String DEFAULT_REGION = "us-east-1";

  /**
   * @throws IllegalArgumentException if the endpoint is no http or https URL of a host alone
   */
  public StoreSettings {
    if (endpoint != null
        && (endpoint.getHost() == null
            || endpoint.getRawUserInfo() != null
            || endpoint.getRawQuery() != null
            || !String.valueOf(endpoint.getScheme()).matches("https?"))) {
      throw new IllegalArgumentException(
          ENDPOINT + " must be a URL such as https://minio.example.com:9000, without a user");
    }
  }

  /**
   * An access key.
   *
   * @param accessKey its name
   * @param secretKey its secret
   * @param sessionToken of temporary credentials
   */
  public record Credentials(String accessKey, String secretKey, @Nullable String sessionToken) {
    @Override
    public String toString() {
      return "Credentials[hidden]";
    }
  }

  /**
   * The settings in a process's environment.
   *
   * @throws IllegalArgumentException naming the variable that is wrong
   */
  public static StoreSettings of(Map<String, String> environment) {
    String endpoint = environment.getOrDefault(ENDPOINT, "");
    String region =
        environment.getOrDefault(REGION, environment.getOrDefault(AWS_REGION, DEFAULT_REGION));
    String accessKey = environment.getOrDefault(ACCESS_KEY, "");
    String secretKey = environment.getOrDefault(SECRET_KEY, "");
    if (accessKey.isEmpty() != secretKey.isEmpty()) {
      throw new IllegalArgumentException("set both " + ACCESS_KEY + " and " + SECRET_KEY);
    }
    String token = environment.get(SESSION_TOKEN);
    return new StoreSettings(
        endpoint.isEmpty() ? null : URI.create(endpoint),
        region.isEmpty() ? DEFAULT_REGION : region,
        Boolean.parseBoolean(environment.get(PATH_STYLE)),
        accessKey.isEmpty() ? null : new Credentials(accessKey, secretKey, token));
  }
}
