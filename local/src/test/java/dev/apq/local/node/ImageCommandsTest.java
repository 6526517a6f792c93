package dev.apq.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageCommandsTest {
  @ParameterizedTest
  @CsvSource({
    "apq-worker, apq-worker",
    "apq-worker:0.1.0, apq-worker",
    "apq-worker@sha256:abc, apq-worker",
    "apq-worker:1@sha256:abc, apq-worker",
    "example.org:5000/apq-worker, example.org:5000/apq-worker",
    "example.org:5000/apq-worker:1, example.org:5000/apq-worker",
  })
  void theRepositoryIsTheReferenceWithoutTagAndDigest(String image, String repository) {
    assertThat(ImageCommands.repository(image)).isEqualTo(repository);
  }
}
