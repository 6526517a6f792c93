package dev.apq.local.e2e;

import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** One operator behind the proxy of faults for the whole class, a namespace for each test. */
@Tag("faults")
@ExtendWith(OnCluster.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class UnderFaults {
  private final String purpose;

  protected Cluster cluster;
  protected KubernetesClient admin;
  protected OperatorUnderFaults operator;
  protected Searches searches;
  protected StandIns standIns;

  /**
   * @param purpose first part of the namespaces' names
   */
  UnderFaults(String purpose) {
    this.purpose = purpose;
  }

  @BeforeAll
  void start(Cluster shared) {
    cluster = shared;
    admin = shared.admin();
    operator = OperatorUnderFaults.start(shared);
    Wait.until("the operator leads", () -> operator.renewals() > 0);
  }

  @BeforeEach
  void takeNamespace() {
    searches = new Searches(cluster, cluster.namespace(purpose));
    standIns = new StandIns(cluster, searches.namespace());
  }

  @AfterAll
  void stop() {
    operator.close();
  }
}
