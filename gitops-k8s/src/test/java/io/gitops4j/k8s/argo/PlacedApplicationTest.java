package io.gitops4j.k8s.argo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.GitOps;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.ExecPlugins;
import io.gitops4j.k8s.Impersonation;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesConfig.InCluster;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigContent;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.operation.Trigger;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlacedApplicationTest {
  private static final String SERVER = "https://one.example.com:6443";
  private static final String GIVEN = "server: 'https://kubernetes.default.svc'";
  private static final String AUTOMATED = "automated: {prune: true, selfHeal: true}";
  private static final String ANYWHERE =
      "sourceRepos: ['*'], destinations: [{server: '*', namespace: '*'}]";

  private final InMemorySource source = new InMemorySource();
  private final InMemoryDestination destination = new InMemoryDestination();

  @ParameterizedTest
  @DisplayName("an application without automation is compared, and synced only when asked")
  @ValueSource(strings = {"retry: {limit: 1}", "automated: {enabled: false}"})
  void waitsToBeAsked(String policy) {
    PlacedApplication manual = application(GIVEN, policy, "").at(SERVER);
    source.commit("one", Map.of("a", "1"));

    assertThat(reason(pass(manual, Trigger.AUTOMATIC)))
        .contains("nobody asked for this pass", "spec.syncPolicy.automated");
    assertThat(destination.live()).isEmpty();

    assertThat(pass(manual, Trigger.MANUAL).kind()).isEqualTo(Kind.APPLIED);
    source.commit("two", Map.of("a", "2"));
    assertThat(pass(manual, Trigger.AUTOMATIC).kind()).isEqualTo(Kind.PLANNED);
  }

  @Test
  @DisplayName("an application with automation is synced by itself")
  void syncsByItself() {
    source.commit("one", Map.of("a", "1"));
    assertThat(pass(application(GIVEN, AUTOMATED, "").at(SERVER), Trigger.AUTOMATIC).kind())
        .isEqualTo(Kind.APPLIED);
  }

  @Test
  @DisplayName("an application that says skip-reconcile is left alone, whoever asks")
  void isLeftAlone() {
    PlacedApplication skipped =
        application(GIVEN, AUTOMATED, "argocd.argoproj.io/skip-reconcile: 'true'").at(SERVER);
    source.commit("one", Map.of("a", "1"));
    assertThat(reason(pass(skipped, Trigger.MANUAL))).contains("skip-reconcile");
  }

  @Test
  @DisplayName("removals that wait are confirmed by its annotation deletion-approved")
  void confirms() {
    PlacedApplication silent = application(GIVEN, AUTOMATED, "").at(SERVER);
    source.commit("many", many());
    pass(silent, Trigger.AUTOMATIC);
    source.commit("few", Map.of("a0", "1"));
    pass(silent, Trigger.AUTOMATIC);
    assertThat(destination.live()).as("too many to go unasked").hasSize(10);

    PlacedApplication approved =
        application(
                GIVEN, AUTOMATED, "argocd.argoproj.io/deletion-approved: '2000-01-01T00:00:00Z'")
            .at(SERVER);
    pass(approved, Trigger.AUTOMATIC);
    assertThat(destination.live()).hasSize(1);
  }

  private static Map<String, String> many() {
    Map<String, String> texts = new TreeMap<>();
    for (int i = 0; i < 10; i++) {
      texts.put("a" + i, "1");
    }
    return texts;
  }

  @ParameterizedTest
  @DisplayName("a connection must lead to the server that an application names")
  @CsvSource({
    "https://one.example.com:6443, true",
    "https://one.example.com:6443/, true",
    "https://kubernetes.default.svc, true",
    "https://kubernetes.default.svc/, true",
    "https://two.example.com:6443, false",
    "https://one.example.com, false"
  })
  void checksTheServer(String asked, boolean right) {
    Application application = application("server: '" + asked + "'", AUTOMATED, "");
    if (right) {
      assertThat(application.at(SERVER)).hasToString(application + " at " + place(asked));
    } else {
      assertThatThrownBy(() -> application.at(SERVER))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("destination.server is " + asked, "leads to " + SERVER);
    }
  }

  private static String place(String asked) {
    return asked.contains("one.") ? SERVER : Application.address(asked);
  }

  @Test
  @DisplayName(
      "the name of a cluster is a context of the kubeconfig, that of the given one is none")
  void choosesTheContext() {
    assertThat(application("name: two", AUTOMATED, "").context()).contains("two");
    assertThat(application("name: in-cluster", AUTOMATED, "").context()).isEmpty();
    assertThat(application(GIVEN, AUTOMATED, "").context()).isEmpty();
  }

  @Test
  @DisplayName("the sync windows of its project hold, and one for another application does not")
  void holdsOutsideOfWindows() {
    source.commit("one", Map.of("a", "1"));
    String freeze =
        ANYWHERE
            + ", syncWindows: [{kind: deny, schedule: '* * * * *', duration: 1h, applications: [%s]}]";
    PlacedApplication placed = application(GIVEN, AUTOMATED, "").at(SERVER);

    assertThat(reason(pass(placed.under(project(freeze.formatted("shop"))), Trigger.AUTOMATIC)))
        .contains("sync window 'deny * * * * *");
    assertThat(pass(placed.under(project(freeze.formatted("other"))), Trigger.AUTOMATIC).kind())
        .isEqualTo(Kind.APPLIED);
  }

  @Test
  @DisplayName("a project that does not admit it refuses it, and one that does restricts it")
  void obeysItsProject() {
    PlacedApplication placed = application("server: '" + SERVER + "'", AUTOMATED, "").at(SERVER);
    assertThatThrownBy(() -> placed.under(project("sourceRepos: ['https://other/*']")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("sourceRepos", "destination");

    KubernetesConfig config =
        config(
            placed.under(
                project(
                    "sourceRepos: ['*'], destinations: [{server: '*', namespace: shop}],"
                        + " destinationServiceAccounts: [{server: '*', namespace: shop,"
                        + " defaultServiceAccount: deployer}]")));

    assertThat(config.namespace()).isEqualTo("shop");
    assertThat(config.impersonation())
        .isEqualTo(Optional.of(Impersonation.serviceAccount("shop", "deployer")));
    assertThat(config.permissions().refusal(inside())).isEmpty();
    assertThat(config.permissions().refusal(outside())).isPresent();
  }

  @ParameterizedTest
  @DisplayName("a project that denies a cluster denies it however its address is written")
  @CsvSource({
    "server: 'https://kubernetes.default.svc', https://kubernetes.default.svc",
    "server: 'https://kubernetes.default.svc/', https://kubernetes.default.svc",
    "server: 'https://kubernetes.default.svc', https://kubernetes.default.svc/",
    "name: in-cluster, https://kubernetes.default.svc",
    "server: 'https://one.example.com:6443/', https://one.example.com:6443"
  })
  void deniesHoweverWritten(String cluster, String denied) {
    PlacedApplication placed = application(cluster, AUTOMATED, "").at(SERVER + "/");
    AppProject project =
        project(
            "sourceRepos: ['*'], destinations: [{server: '*', namespace: '*'},"
                + " {server: '!%s', namespace: '*'}]".formatted(denied));

    assertThatThrownBy(() -> placed.under(project))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("destination");
  }

  @Test
  @DisplayName(
      "the Secret of its cluster leads there, restricts it, and holds it while it is skipped")
  void obeysItsCluster() {
    Clusters clusters =
        Clusters.read("c", secret("{name: one, server: '%s', namespaces: shop}".formatted(SERVER)));
    PlacedApplication placed = clusters.place(application("name: one", AUTOMATED, ""));

    assertThat(placed.access(new InCluster(), Set.of(), ExecPlugins.none()))
        .isInstanceOf(KubeconfigContent.class);
    assertThat(config(placed).permissions().refusal(inside())).isEmpty();
    assertThat(config(placed).permissions().refusal(outside())).isPresent();
    assertThat(config(placed.under(project(ANYWHERE))).permissions().refusal(outside()))
        .as("one that permits more takes nothing back")
        .isPresent();
    source.commit("one", Map.of("a", "1"));
    assertThat(reason(pass(placed, Trigger.MANUAL))).contains("cluster one", "skip-reconcile");
  }

  @ParameterizedTest
  @DisplayName("the cluster that is given needs no Secret, and one without a way leads there too")
  @ValueSource(
      strings = {
        "{name: other, server: '" + SERVER + "'}",
        "{server: 'https://kubernetes.default.svc', namespaces: shop}"
      })
  void goesToTheGiven(String secret) {
    PlacedApplication placed =
        Clusters.read("c", secret(secret)).place(application("name: in-cluster", AUTOMATED, ""));
    InCluster given = new InCluster();

    assertThat(placed.access(given, Set.of(), ExecPlugins.none())).isEqualTo(given);
    assertThat(config(placed).permissions().refusal(outside()).isPresent())
        .isEqualTo(secret.contains("namespaces"));
  }

  private static ResourceId inside() {
    return new ResourceId("", "ConfigMap", "shop", "a");
  }

  private static ResourceId outside() {
    return new ResourceId("", "ConfigMap", "till", "a");
  }

  private static KubernetesConfig config(PlacedApplication placed) {
    return placed.configure(KubernetesConfig.builder(new InCluster())).build();
  }

  private ReconcileOutcome pass(PlacedApplication placed, Trigger trigger) {
    return placed
        .configure(
            GitOps.target("shop")
                .source(source)
                .renderer(new TextSet.TextRenderer())
                .destination(destination))
        .build()
        .reconcile(OperationContext.create().withTrigger(trigger));
  }

  private static String reason(ReconcileOutcome outcome) {
    return ((ReconcileOutcome.Planned) outcome).reason();
  }

  private static Application application(String cluster, String syncPolicy, String annotation) {
    return Application.read(
        "app.yaml",
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: shop, namespace: argocd, annotations: {%s}}
        spec:
          project: team
          source: {repoURL: 'https://git.example.com/a', path: app}
          destination: {%s, namespace: shop}
          syncPolicy: {%s}
        """
            .formatted(annotation, cluster, syncPolicy)
            .getBytes(StandardCharsets.UTF_8));
  }

  private static AppProject project(String spec) {
    return AppProject.read(
        "project.yaml",
        """
        apiVersion: argoproj.io/v1alpha1
        kind: AppProject
        metadata: {name: team, namespace: argocd}
        spec: {%s}
        """
            .formatted(spec)
            .getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] secret(String data) {
    return """
    apiVersion: v1
    kind: Secret
    metadata:
      name: one
      labels: {argocd.argoproj.io/secret-type: cluster}
      annotations: {argocd.argoproj.io/skip-reconcile: "true"}
    stringData: %s
    """
        .formatted(data)
        .getBytes(StandardCharsets.UTF_8);
  }
}
