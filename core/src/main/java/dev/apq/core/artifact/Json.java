package dev.apq.core.artifact;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * Strict JSON: unknown, duplicate and ill-typed fields are errors, nesting and lengths are bounded,
 * and equal values give equal bytes on every Java version.
 */
public final class Json {
  private static final ObjectMapper MAPPER = build();

  private Json() {}

  /** The shared mapper; do not reconfigure it. */
  public static ObjectMapper mapper() {
    return MAPPER;
  }

  /** The value as compact JSON in UTF-8. */
  public static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("cannot write " + value.getClass().getName(), e);
    }
  }

  /**
   * Parses one JSON document.
   *
   * @throws InvalidArtifactException if it is not exactly one document of that type
   */
  public static <T> T read(byte[] json, Class<T> type) throws InvalidArtifactException {
    try {
      T value = MAPPER.readValue(json, type);
      if (value == null) {
        throw new InvalidArtifactException("expected " + type.getSimpleName() + ", found null");
      }
      return value;
    } catch (InvalidArtifactException e) {
      throw e;
    } catch (JsonProcessingException e) {
      throw new InvalidArtifactException(
          "not a valid " + type.getSimpleName() + ": " + brief(e), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Parses a file of one JSON document.
   *
   * @param maxBytes the file is refused unread when larger
   * @throws InvalidArtifactException if the file is too large or malformed
   * @throws IOException if it cannot be read
   */
  public static <T> T read(Path file, Class<T> type, int maxBytes) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(maxBytes + 1);
    }
    if (bytes.length > maxBytes) {
      throw new InvalidArtifactException(file + " is larger than " + maxBytes + " bytes");
    }
    try {
      return read(bytes, type);
    } catch (InvalidArtifactException e) {
      throw new InvalidArtifactException(file + ": " + e.getMessage(), e);
    }
  }

  private static String brief(JsonProcessingException problem) {
    String message = problem.getOriginalMessage();
    String shortened = message.length() > 300 ? message.substring(0, 300) + "…" : message;
    var location = problem.getLocation();
    return path(problem)
        + shortened
        + (location == null
            ? ""
            : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")");
  }

  private static String path(JsonProcessingException problem) {
    if (!(problem instanceof JsonMappingException mapping) || mapping.getPath().isEmpty()) {
      return "";
    }
    return mapping.getPath().stream()
            .map(step -> step.getFieldName() == null ? "" + step.getIndex() : step.getFieldName())
            .collect(Collectors.joining("."))
        + ": ";
  }

  private static ObjectMapper build() {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(64)
                    .maxNumberLength(64)
                    .maxStringLength(1 << 20)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // Double.toString changed in Java 19; Jackson's own writer is the same everywhere.
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .build();
    return JsonMapper.builder(factory)
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
        .build();
  }
}
