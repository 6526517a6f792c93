package dev.apq.local.faults;

import java.nio.charset.StandardCharsets;

/** What may happen to a request in place of its answer. */
sealed interface Fault {

  /** The connection is cut. */
  record Drop() implements Fault {}

  /**
   * The API server seems to refuse; the request never reaches it.
   *
   * @param status HTTP status
   */
  record Answer(int status) implements Fault {

    /** The whole response, as the API server words its own refusals. */
    byte[] response() {
      String body =
          """
          {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",\
          "message":"injected by the fault proxy","reason":"%s","code":%d}"""
              .formatted(reason(), status);
      String head =
          "HTTP/1.1 "
              + status
              + " Injected\r\nContent-Type: application/json\r\n"
              + (status == 429 ? "Retry-After: 1\r\n" : "")
              + "Content-Length: "
              + body.length()
              + "\r\n\r\n";
      return (head + body).getBytes(StandardCharsets.US_ASCII);
    }

    private String reason() {
      return switch (status) {
        case 403 -> "Forbidden";
        case 409 -> "Conflict";
        case 429 -> "TooManyRequests";
        case 504 -> "Timeout";
        default -> "InternalError";
      };
    }
  }
}
