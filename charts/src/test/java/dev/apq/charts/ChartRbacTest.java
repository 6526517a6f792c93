package dev.apq.charts;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ChartRbacTest {
  private static final String NAMESPACED = "watch: {namespaces: [team-a]}";

  /** Reviewed right by right; a new one needs a reason in the commit that adds it. */
  private static final String OPERATOR_RIGHTS =
      """
      apq.dev/apqsearches get list watch
      apq.dev/apqsearches/status patch
      apq.dev/supernettrainings create get list patch watch
      apq.dev/supernettrainings/status patch
      batch/jobs create delete get list watch
      configmaps create get list update watch
      events create get list patch
      kueue.x-k8s.io/workloads list
      namespaces get
      pods list
      """;

  private static final String LEADER_RIGHTS =
      "coordination.k8s.io/leases create get patch update\n";

  @Test
  void operatorHasExactlyTheReviewedRights() {
    ClusterRole cluster = Chart.render("").named(ClusterRole.class, "apq-operator");
    assertThat(rights(cluster.getRules())).isEqualTo(OPERATOR_RIGHTS);
    Objects namespaced = Chart.render(NAMESPACED);
    assertThat(rights(namespaced.named(Role.class, "apq-operator").getRules()))
        .isEqualTo(OPERATOR_RIGHTS);
    assertThat(rights(namespaced.named(Role.class, "apq-operator-leader-election").getRules()))
        .isEqualTo(LEADER_RIGHTS);
  }

  @Test
  void trainJobsTakeARightThatNobodyHasWithoutAskingForIt() {
    String right = "trainer.kubeflow.org/trainjobs create delete list\n";
    for (String values :
        List.of("trainJobs: {enabled: true}", "trainJobs: {enabled: true}\n" + NAMESPACED)) {
      Objects objects = Chart.render(values);
      List<PolicyRule> rules =
          values.contains(NAMESPACED)
              ? objects.named(Role.class, "apq-operator").getRules()
              : objects.named(ClusterRole.class, "apq-operator").getRules();
      assertThat(rights(rules)).isEqualTo(OPERATOR_RIGHTS + right);
    }
  }

  @Test
  void noRoleHasAWildcardOrARightThatGrantsRights() {
    for (String values : List.of("", NAMESPACED, "trainJobs: {enabled: true}")) {
      Objects objects = Chart.render(values);
      List<PolicyRule> rules =
          Stream.concat(
                  objects.of(Role.class).stream().flatMap(role -> role.getRules().stream()),
                  objects.of(ClusterRole.class).stream().flatMap(role -> role.getRules().stream()))
              .toList();
      assertThat(rules)
          .isNotEmpty()
          .allSatisfy(
              rule -> {
                assertThat(rule.getVerbs()).doesNotContain("*", "escalate", "bind", "impersonate");
                assertThat(rule.getResources()).doesNotContain("*", "secrets");
                assertThat(rule.getApiGroups()).doesNotContain("*", "rbac.authorization.k8s.io");
                assertThat(rule.getNonResourceURLs()).isEmpty();
              });
    }
  }

  @Test
  void rolesInWatchedNamespacesAreBoundToTheOperatorsAccount() {
    RoleBinding binding =
        Chart.render(NAMESPACED).of(RoleBinding.class).stream()
            .filter(candidate -> candidate.getMetadata().getNamespace().equals("team-a"))
            .findFirst()
            .orElseThrow();
    Subject subject = binding.getSubjects().get(0);
    assertThat(subject.getName()).isEqualTo("apq-operator");
    assertThat(subject.getNamespace()).isEqualTo(Chart.NAMESPACE);
    assertThat(binding.getRoleRef().getKind()).isEqualTo("Role");
  }

  /** The rights beside the two kinds are those that kubectl apq needs. */
  @Test
  void clusterRolesOfUsersAggregate() {
    Objects objects = Chart.render("");
    ClusterRole view = objects.named(ClusterRole.class, "apq-operator-view");
    assertThat(view.getMetadata().getLabels())
        .containsKeys(
            "rbac.authorization.k8s.io/aggregate-to-view",
            "rbac.authorization.k8s.io/aggregate-to-edit",
            "rbac.authorization.k8s.io/aggregate-to-admin");
    assertThat(rights(view.getRules()))
        .isEqualTo(
            """
            apq.dev/apqsearches get list watch
            apq.dev/supernettrainings get list watch
            configmaps get
            """);
    ClusterRole edit = objects.named(ClusterRole.class, "apq-operator-edit");
    assertThat(edit.getMetadata().getLabels())
        .containsKeys(
            "rbac.authorization.k8s.io/aggregate-to-edit",
            "rbac.authorization.k8s.io/aggregate-to-admin")
        .doesNotContainKey("rbac.authorization.k8s.io/aggregate-to-view");
    assertThat(rights(edit.getRules()))
        .isEqualTo(
            """
            apq.dev/apqsearches create delete deletecollection patch update
            apq.dev/supernettrainings create delete deletecollection patch update
            batch/jobs create delete get list
            configmaps create delete patch
            pods create delete get list
            pods/log get
            """);
  }

  /** One line a resource: {@code group/resource verb...}, sorted. */
  static String rights(List<PolicyRule> rules) {
    Set<String> lines = new TreeSet<>();
    for (PolicyRule rule : rules) {
      String verbs = rule.getVerbs().stream().sorted().collect(Collectors.joining(" "));
      for (String group : rule.getApiGroups()) {
        for (String resource : rule.getResources()) {
          lines.add((group.isEmpty() ? "" : group + "/") + resource + " " + verbs);
        }
      }
    }
    return String.join("\n", lines) + "\n";
  }
}
