package dev.apq.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogRequestTest {
  @Test
  void readsNamesAndOptions() {
    assertThat(
            LogRequest.parse(
                URI.create("/containerLogs/default/pod-1/worker?follow=true&tailLines=20")))
        .hasValue(new LogRequest("default", "pod-1", "worker", true, 20));
    assertThat(LogRequest.parse(URI.create("/containerLogs/default/pod-1/worker")))
        .hasValue(new LogRequest("default", "pod-1", "worker", false, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/exec/default/p/c",
        "/containerLogs/default/p",
        "/containerLogs/../p/c",
        "/containerLogs/%2e%2e/p/c",
        "/containerLogs/a%2fb/p/c"
      })
  void anythingElseIsNoLog(String path) {
    assertThat(LogRequest.parse(URI.create(path))).isEmpty();
  }
}
