package dev.apq.core.contract;

import dev.apq.core.artifact.Json;

/**
 * Why a worker ended, as it writes it to the Pod's termination log.
 *
 * @param error what went wrong
 * @param remedy what to do about it
 */
public record Failure(String error, String remedy) {

  /** Kubernetes keeps no more of a termination message, in bytes. */
  public static final int MAX_BYTES = 4096;

  private static final int MAX_CHARACTERS = 600;

  /** Shortens both parts so that the JSON always fits {@link #MAX_BYTES}. */
  public Failure {
    error = shorten(error);
    remedy = shorten(remedy);
  }

  /** JSON of at most {@link #MAX_BYTES} bytes. */
  public byte[] json() {
    return Json.bytes(this);
  }

  // A character takes at most 6 bytes in JSON when it is escaped as a control character.
  private static String shorten(String text) {
    if (text == null) {
      return "";
    }
    String clean = text.replaceAll("\\p{Cntrl}+", " ");
    return clean.length() <= MAX_CHARACTERS ? clean : clean.substring(0, MAX_CHARACTERS) + "…";
  }
}
