package dev.apq.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiRequestTest {
  @ParameterizedTest
  @CsvSource({
    "GET, /api/v1/namespaces/a/pods, list pods",
    "GET, /api/v1/namespaces/a/pods?watch=true&timeoutSeconds=5, watch pods",
    "GET, /api/v1/namespaces/a/pods/p, get pods",
    "GET, /api/v1/namespaces/a/pods/p/log?follow=true, get pods/log",
    "GET, /api/v1/namespaces/a, get namespaces",
    "DELETE, /api/v1/namespaces/a, delete namespaces",
    "POST, /apis/batch/v1/namespaces/a/jobs?fieldManager=x, create jobs",
    "DELETE, /apis/batch/v1/namespaces/a/jobs/j, delete jobs",
    "DELETE, /apis/batch/v1/namespaces/a/jobs, deletecollection jobs",
    "PATCH, /apis/apq.dev/v1alpha1/namespaces/a/apqsearches/s/status?force=true, patch apqsearches/status",
    "GET, /apis/apq.dev/v1alpha1/apqsearches?resourceVersion=0, list apqsearches",
    "PUT, /apis/coordination.k8s.io/v1/namespaces/a/leases/l, update leases",
    "GET, /apis/apq.dev/v1alpha1, get /apis/apq.dev/v1alpha1",
    "GET, /version, get /version",
    "GET, /readyz?verbose, get /readyz",
  })
  void isToldInTheWordsOfAuthorizationRules(String method, String target, String expected) {
    assertThat(ApiRequest.of(method, target)).hasToString(expected);
  }
}
