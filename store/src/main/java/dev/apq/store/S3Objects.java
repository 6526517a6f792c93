package dev.apq.store;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/** Objects of one bucket of S3, or of a server that speaks its protocol. */
final class S3Objects implements ObjectStore {
  /** S3 takes no more in one request. */
  private static final long MAX_OBJECT = 5L << 30;

  /** S3 gives no more keys in one answer. */
  static final int PAGE = 1000;

  private static final Duration CONNECT = Duration.ofSeconds(5);

  private final S3Client client;
  private final String bucket;
  private final int mostKeys;
  private final int page;

  /**
   * @param mostKeys a list holds no more
   * @param page keys that are asked for at once, at most {@link #PAGE}
   */
  S3Objects(String bucket, StoreSettings settings, Retries retries, int mostKeys, int page) {
    this.bucket = bucket;
    this.mostKeys = mostKeys;
    this.page = page;
    this.client = client(settings, retries);
  }

  private static S3Client client(StoreSettings settings, Retries retries) {
    S3ClientBuilder builder =
        S3Client.builder()
            .region(Region.of(settings.region()))
            .forcePathStyle(settings.pathStyle())
            .credentialsProvider(credentials(settings.credentials()))
            // Many servers that speak the protocol do not know the newer checksums.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(CONNECT)
                    .socketTimeout(retries.silence()))
            .overrideConfiguration(
                override ->
                    override.retryStrategy(
                        AwsRetryStrategy.standardRetryStrategy().toBuilder()
                            .maxAttempts(retries.attempts())
                            .backoffStrategy(retries.backoff())
                            .throttlingBackoffStrategy(retries.throttled())
                            // A listing that was cut on the way.
                            .retryOnExceptionOrCauseInstanceOf(XMLStreamException.class)
                            .build()));
    URI endpoint = settings.endpoint();
    if (endpoint != null) {
      builder.endpointOverride(endpoint);
    }
    return builder.build();
  }

  private static AwsCredentialsProvider credentials(
      StoreSettings.@Nullable Credentials credentials) {
    if (credentials == null) {
      return DefaultCredentialsProvider.create();
    }
    String token = credentials.sessionToken();
    return StaticCredentialsProvider.create(
        token == null || token.isEmpty()
            ? AwsBasicCredentials.create(credentials.accessKey(), credentials.secretKey())
            : AwsSessionCredentials.create(
                credentials.accessKey(), credentials.secretKey(), token));
  }

  @Override
  public Optional<Head> head(String key) throws IOException {
    try {
      HeadObjectResponse found =
          call(key, "read", () -> client.headObject(request -> request.bucket(bucket).key(key)));
      return Optional.of(new Head(found.contentLength(), found.eTag(), found.lastModified()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public Body get(String key, long offset, @Nullable String version) throws IOException {
    ResponseInputStream<GetObjectResponse> in =
        call(
            key,
            "read",
            () ->
                client.getObject(
                    request ->
                        request
                            .bucket(bucket)
                            .key(key)
                            .ifMatch(version)
                            .range(offset == 0 ? null : "bytes=" + offset + "-")));
    return new Body(in, in.response().contentLength(), in.response().eTag());
  }

  @Override
  public void put(String key, byte[] content) throws IOException {
    call(
        key,
        "written",
        () ->
            client.putObject(
                request -> request.bucket(bucket).key(key), RequestBody.fromBytes(content)));
  }

  @Override
  public void put(String key, Path file) throws IOException {
    if (Files.size(file) > MAX_OBJECT) {
      throw new IOException(uri(key) + " would have more than the 5 GiB that S3 takes at once");
    }
    call(
        key,
        "written",
        () ->
            client.putObject(
                request -> request.bucket(bucket).key(key), RequestBody.fromFile(file)));
  }

  @Override
  public void copy(String from, String to) throws IOException {
    call(
        from,
        "copied",
        () ->
            client.copyObject(
                request ->
                    request
                        .sourceBucket(bucket)
                        .sourceKey(from)
                        .destinationBucket(bucket)
                        .destinationKey(to)));
  }

  @Override
  public void delete(String key) throws IOException {
    call(key, "deleted", () -> client.deleteObject(request -> request.bucket(bucket).key(key)));
  }

  @Override
  public boolean any(String prefix) throws IOException {
    return !page(prefix, null, 1, null).contents().isEmpty();
  }

  @Override
  public List<String> list(String prefix) throws IOException {
    return new ArrayList<>(all(prefix, null, "objects"));
  }

  @Override
  public Set<String> entries(String prefix) throws IOException {
    return all(prefix, "/", "entries");
  }

  private Set<String> all(String prefix, @Nullable String delimiter, String what)
      throws IOException {
    // A common prefix may come on two pages.
    Set<String> keys = new LinkedHashSet<>();
    String next = null;
    do {
      // One more than may be, to find out.
      int left = mostKeys + 1 - keys.size();
      ListObjectsV2Response found = page(prefix, delimiter, Math.min(page, left), next);
      found.contents().forEach(object -> keys.add(object.key()));
      found.commonPrefixes().forEach(common -> keys.add(common.prefix()));
      next = found.nextContinuationToken();
    } while (next != null && keys.size() <= mostKeys);
    if (keys.size() > mostKeys) {
      throw new IOException(uri(prefix) + " holds more than " + mostKeys + " " + what);
    }
    return keys;
  }

  private ListObjectsV2Response page(
      String prefix, @Nullable String delimiter, int size, @Nullable String token)
      throws IOException {
    return call(
        prefix,
        "listed",
        () ->
            client.listObjectsV2(
                request ->
                    request
                        .bucket(bucket)
                        .prefix(prefix)
                        .delimiter(delimiter)
                        .maxKeys(size)
                        .continuationToken(token)));
  }

  private String uri(String key) {
    return StoreLocation.SCHEME + "://" + bucket + "/" + key;
  }

  private interface Request<T> {
    T send();
  }

  private <T> T call(String key, String done, Request<T> request) throws IOException {
    try {
      return request.send();
    } catch (SdkException e) {
      throw S3Failures.explain(uri(key), done, e);
    }
  }
}
