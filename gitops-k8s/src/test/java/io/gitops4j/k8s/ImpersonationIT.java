package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.gitops4j.GitOps;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.Failure;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.Sensitive;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.tck.InMemorySource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An administrator who acts in the name of a service account with few rights. */
class ImpersonationIT {
  private static final List<String> VERBS = List.of("create", "delete", "get", "list", "patch");

  private final TestCluster cluster = TestCluster.shared();
  private final String namespace = cluster.createNamespace("impersonate");
  private final String state = cluster.createNamespace("state");
  private final InMemorySource source = new InMemorySource();
  private final Map<String, String> files = new HashMap<>();

  @Test
  @DisplayName("objects are written with the account's rights, the inventory with our own")
  void writesInItsName() {
    grant("get", "list", "create", "patch", "delete");
    try (KubernetesDestination destination = connect()) {
      Reconciler<ManifestSet> reconciler = target(destination);
      commit("one", "app/a.yaml", configMap("a", "1"));
      assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
      assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
      commit("two", "app/a.yaml", configMap("a", "2"));
      assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
      files.remove("app/a.yaml");
      commit("three", "app/b.yaml", configMap("b", "1"));
      assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
      assertThat(cluster.client().configMaps().inNamespace(namespace).withName("a").get()).isNull();
      assertThat(cluster.client().secrets().inNamespace(state).list().getItems()).isNotEmpty();
    }
  }

  @Test
  @DisplayName("what the account may not read, dry run, write or delete is refused by the server")
  void isRefusedInItsName() {
    grant("get", "list", "create");
    try (KubernetesDestination destination = connect()) {
      Reconciler<ManifestSet> reconciler = target(destination);
      commit("one", "app/secret.yaml", configMap("s", "1").replace("ConfigMap", "Secret"));
      assertThat(refusal(reconciler)).as("read").contains("cannot list resource \"secrets\"");

      files.clear();
      commit("two", "app/a.yaml", configMap("a", "1"));
      assertThat(refusal(reconciler)).as("write").contains("cannot patch resource \"configmaps\"");

      grant("get", "list", "create", "patch");
      assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
      grant("get", "list", "create");
      commit("three", "app/a.yaml", configMap("a", "2"));
      assertThat(refusal(reconciler)).as("dry run").contains("cannot patch resource");

      grant("get", "list", "create", "patch");
      files.remove("app/a.yaml");
      commit("four", "app/b.yaml", configMap("b", "1"));
      assertThat(refusal(reconciler)).as("delete").contains("cannot delete resource");
      assertThat(cluster.client().configMaps().inNamespace(namespace).withName("a").get())
          .isNotNull();
    }
  }

  @Test
  @DisplayName("on a shared cluster that is watched the account sees no more than it may")
  void seesWhatItMay() {
    grant("get", "list", "create", "patch");
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try (KubernetesCluster shared =
            KubernetesCluster.builder(
                    new KubernetesConfig.KubeconfigFile(cluster.kubeconfigFile(), Optional.empty()))
                .watch(timer)
                .connect();
        KubernetesDestination destination =
            connect(new KubernetesConfig.SharedCluster(shared), account())) {
      assertThat(destination.watch((target, thing) -> {})).isEmpty();
      Reconciler<ManifestSet> reconciler = target(destination);
      commit("one", "app/a.yaml", configMap("a", "1"));
      assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
      grant("create", "patch");
      assertThat(refusal(reconciler)).contains("cannot list resource \"configmaps\"");
    } finally {
      timer.shutdownNow();
    }
  }

  @Test
  @DisplayName("who takes over fences objects off with the account's rights, its own are too few")
  void fencesInItsName() {
    grant("get", "list", "create", "patch");
    mayImpersonate();
    KubernetesConfig.Access limited =
        new KubernetesConfig.KubeconfigContent(
            Sensitive.of(cluster.limitedKubeconfig()), Optional.empty());
    Term first = new Term("first");
    commit("one", "app/a.yaml", configMap("a", "1"));
    try (KubernetesDestination destination = connect(limited, account())) {
      assertThat(target(destination).reconcile(first.pass()).kind()).isEqualTo(Kind.APPLIED);
      commit("two", "app/a.yaml", configMap("a", "2"));
      GitOps.target(namespace)
          .source(source)
          .renderer(ManifestRenderer.path("app"))
          .destination(destination)
          .listener(
              new ReconcileListener() {
                @Override
                public void changed(ReconcileEvent.Changed event) {
                  first.end();
                }
              })
          .build()
          .reconcile(first.pass());
    }
    try (KubernetesDestination successor = connect(limited, account())) {
      ReconcileOutcome outcome = target(successor).reconcile(new Term("second").pass());
      assertThat(outcome.kind()).as("%s", outcome).isEqualTo(Kind.IN_SYNC);
    }
    assertThat(
            cluster
                .client()
                .configMaps()
                .inNamespace(namespace)
                .withName("a")
                .get()
                .getMetadata()
                .getAnnotations())
        .containsEntry("gitops4j.io/fence", "second");
  }

  /** What our own user needs, and nothing else. */
  private void mayImpersonate() {
    role(namespace, "serviceaccounts", "impersonate");
    role(state, "secrets", "*");
  }

  private void role(String in, String resource, String verb) {
    cluster
        .client()
        .resource(
            new RoleBuilder()
                .withNewMetadata()
                .withName("own")
                .withNamespace(in)
                .endMetadata()
                .addNewRule()
                .withApiGroups("")
                .withResources(resource)
                .withVerbs(verb)
                .endRule()
                .build())
        .create();
    cluster
        .client()
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withName("own")
                .withNamespace(in)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", "own")
                .addNewSubject("rbac.authorization.k8s.io", "User", "limited", "")
                .build())
        .create();
    Awaitility.await().until(() -> may("limited", in, resource, verb));
  }

  @Test
  @DisplayName("groups are sent too, and what cannot be sent is refused")
  void sendsGroups() {
    Impersonation masters = new Impersonation("somebody", List.of("other", "system:masters"));
    commit("one", "app/a.yaml", configMap("a", "1"));
    try (KubernetesDestination destination = connect(access(), masters)) {
      assertThat(target(destination).reconcile().kind()).isEqualTo(Kind.APPLIED);
    }
    assertThatThrownBy(() -> new Impersonation("a\r\nX-Evil: b", List.of()))
        .isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(() -> new Impersonation("a", List.of("")))
        .isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(() -> Impersonation.serviceAccount("", "a"))
        .isInstanceOf(ConfigurationException.class);
  }

  private static String refusal(Reconciler<ManifestSet> reconciler) {
    ReconcileOutcome outcome = reconciler.reconcile();
    if (outcome instanceof ReconcileOutcome.Failed failed) {
      return failed.failure().message();
    }
    return ((ReconcileOutcome.Incomplete) outcome)
        .outcome().results().stream()
            .flatMap(r -> r.failure().stream())
            .map(Failure::message)
            .collect(Collectors.joining("; "));
  }

  private void grant(String... verbs) {
    cluster
        .client()
        .resource(
            new RoleBuilder()
                .withNewMetadata()
                .withName("few")
                .withNamespace(namespace)
                .endMetadata()
                .addNewRule()
                .withApiGroups("")
                .withResources("configmaps")
                .withVerbs(verbs)
                .endRule()
                .build())
        .createOr(r -> r.update());
    cluster
        .client()
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withName("few")
                .withNamespace(namespace)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", "few")
                .addNewSubject("", "ServiceAccount", "deployer", namespace)
                .build())
        .createOr(r -> r.update());
    // The server learns of rights by watching itself.
    Awaitility.await()
        .until(
            () ->
                VERBS.stream()
                    .filter(this::may)
                    .toList()
                    .equals(Stream.of(verbs).sorted().toList()));
  }

  private boolean may(String verb) {
    return may(account().user(), namespace, "configmaps", verb);
  }

  private boolean may(String user, String in, String resource, String verb) {
    return cluster
        .client()
        .authorization()
        .v1()
        .subjectAccessReview()
        .create(
            new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser(user)
                .withNewResourceAttributes()
                .withNamespace(in)
                .withResource(resource)
                .withVerb(verb)
                .endResourceAttributes()
                .endSpec()
                .build())
        .getStatus()
        .getAllowed();
  }

  private void commit(String message, String path, String content) {
    files.put(path, content);
    source.commit(message, files);
  }

  private Reconciler<ManifestSet> target(KubernetesDestination destination) {
    return GitOps.target(namespace)
        .source(source)
        .renderer(ManifestRenderer.path("app"))
        .destination(destination)
        .build();
  }

  private Impersonation account() {
    return Impersonation.serviceAccount(namespace, "deployer");
  }

  private KubernetesConfig.Access access() {
    return new KubernetesConfig.KubeconfigContent(
        Sensitive.of(cluster.kubeconfig()), Optional.empty());
  }

  private KubernetesDestination connect() {
    return connect(access(), account());
  }

  private KubernetesDestination connect(KubernetesConfig.Access access, Impersonation who) {
    return KubernetesDestination.connect(
        KubernetesConfig.builder(access)
            .namespace(namespace)
            .stateNamespace(state)
            .impersonate(who)
            .build());
  }

  private static String configMap(String name, String value) {
    return "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s, labels: {v: '%s'}}}"
        .formatted(name, value);
  }
}
