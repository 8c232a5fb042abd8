package io.gitops4j.k8s.argo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.gate.SyncWindow;
import io.gitops4j.k8s.Impersonation;
import io.gitops4j.model.ResourceId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AppProjectTest {
  private static final String SERVER = "https://one.example.com:6443";
  private static final ProjectCluster ONE = new ProjectCluster(SERVER, "one", "");

  @ParameterizedTest(name = "{0} {1} {2}")
  @DisplayName("repositories are allowed and denied as in Argo CD")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'*'                                       | https://git.example.com/a/b | true",
        "'https://git.example.com/*'               | https://git.example.com/a | true",
        "'https://git.example.com/*'               | https://git.example.com/a/b | false",
        "'https://git.example.com/**'              | https://git.example.com/a/b | true",
        "'https://git.example.com/{a,b}/x'         | https://git.example.com/b/x | true",
        "'https://git.example.com/[a-c]'           | https://git.example.com/b | true",
        "'https://git.example.com/[!a-c]'          | https://git.example.com/b | false",
        "'https://git.example.com/a.git'           | https://git.example.com/A | true",
        "'git@example.com:a/b'                     | ssh://git@example.com/a/b.git | true",
        "'*', '!https://git.example.com/secret'    | https://git.example.com/secret.git | false",
        "'!https://git.example.com/secret'         | https://git.example.com/other | true",
        "'https://git.example.com/a'               | https://git.example.com/ab | false",
        "'https://gitxexample.com/a'               | https://git.example.com/a | false"
      })
  void judgesRepositories(String rules, String url, boolean allowed) {
    AppProject project =
        project("sourceRepos: [" + rules + "]\n  destinations: [{server: '*', namespace: '*'}]");
    Application application = application(url, "server: " + SERVER, "shop");
    if (allowed) {
      assertThatCode(() -> project.admit(application, ONE)).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> project.admit(application, ONE))
          .hasMessageContaining("repository " + url)
          .hasMessageContaining("sourceRepos of project team");
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @DisplayName("destinations are allowed and denied as in Argo CD")
  @CsvSource(
      delimiter = '|',
      value = {
        "{server: '*', namespace: '*'} | true",
        "{server: '*', namespace: shop} | true",
        "{server: '*', namespace: 'sh*'} | true",
        "{server: '*', namespace: other} | false",
        "{name: one, namespace: shop} | true",
        "{name: two, namespace: shop} | false",
        "{server: 'https://one.*', namespace: shop} | true",
        "{server: 'https://two.*', namespace: shop} | false",
        "{server: '*', namespace: '!kube-system'} | true",
        "{server: '*', namespace: '*'}, {server: '*', namespace: '!shop'} | false",
        "{server: '*', namespace: '*'}, {server: '!https://one.example.com:6443', namespace: shop} | false",
        "{server: '*', namespace: '*'}, {server: '!https://one.example.com:6443', namespace: b} | true",
        "{server: '*', namespace: '*'}, {name: '!one', namespace: '*'} | false",
        "{namespace: shop} | false"
      })
  void judgesDestinations(String destinations, boolean allowed) {
    AppProject project = project("destinations: [" + destinations + "]");
    ResourceId id = new ResourceId("", "ConfigMap", "shop", "a");
    assertThat(project.permissions(ONE).refusal(id).isEmpty()).isEqualTo(allowed);
  }

  @Test
  @DisplayName("a cluster without a name is denied where clusters are denied by name")
  void deniesTheNameless() {
    AppProject project =
        project("destinations: [{server: '*', namespace: '*'}, {name: '!two', namespace: '*'}]");
    ResourceId id = new ResourceId("", "ConfigMap", "shop", "a");
    assertThat(project.permissions(ONE).refusal(id)).isEmpty();
    assertThat(project.permissions(new ProjectCluster(SERVER, "", "")).refusal(id))
        .get()
        .asString()
        .contains("denied by destination {server: '', name: '!two', namespace: '*'}");
  }

  @Test
  @DisplayName("of kinds outside of namespaces only what is listed is allowed, also by name")
  void judgesClusterKinds() {
    AppProject project =
        project(
            """
            destinations: [{server: '*', namespace: shop}]
              clusterResourceWhitelist:
              - {group: '', kind: Namespace, name: 'shop-*'}
              - {group: 'rbac.*', kind: '*'}
              clusterResourceBlacklist: [{group: rbac.authorization.k8s.io, kind: ClusterRoleBinding}]
            """);
    assertThat(refusal(project, "", "Namespace", "", "shop-a")).isEmpty();
    assertThat(refusal(project, "", "Namespace", "", "other"))
        .contains("not in clusterResourceWhitelist of project team")
        .contains("add {group: '', kind: 'Namespace'}");
    assertThat(refusal(project, "rbac.authorization.k8s.io", "ClusterRole", "", "a")).isEmpty();
    assertThat(refusal(project, "rbac.authorization.k8s.io", "ClusterRoleBinding", "", "a"))
        .contains("denied by {group: 'rbac.authorization.k8s.io', kind: 'ClusterRoleBinding'}")
        .contains("clusterResourceBlacklist");
    assertThat(refusal(project, "storage.k8s.io", "StorageClass", "", "a")).isNotEmpty();
    assertThat(refusal(project("destinations: []"), "", "Namespace", "", "a")).isNotEmpty();
  }

  @Test
  @DisplayName("of kinds inside of namespaces all are allowed, until some are listed")
  void judgesNamespacedKinds() {
    String place = "destinations: [{server: '*', namespace: shop}]\n  ";
    assertThat(refusal(project(place), "", "Secret", "shop", "a")).isEmpty();
    AppProject black = project(place + "namespaceResourceBlacklist: [{group: '', kind: 'Se*'}]");
    assertThat(refusal(black, "", "Secret", "shop", "a")).contains("namespaceResourceBlacklist");
    assertThat(refusal(black, "", "ConfigMap", "shop", "a")).isEmpty();
    AppProject white = project(place + "namespaceResourceWhitelist: [{group: apps, kind: '*'}]");
    assertThat(refusal(white, "apps", "Deployment", "shop", "a")).isEmpty();
    assertThat(refusal(white, "", "ConfigMap", "shop", "a"))
        .contains("namespaceResourceWhitelist of project team");
    assertThat(refusal(white, "", "ConfigMap", "other", "a"))
        .as("both reasons")
        .contains("namespaceResourceWhitelist")
        .contains("namespace 'other' of cluster " + SERVER);
    AppProject nothing = project(place + "namespaceResourceWhitelist: []");
    assertThat(refusal(nothing, "", "ConfigMap", "shop", "a")).isNotEmpty();
    AppProject silent = project(place + "namespaceResourceWhitelist:");
    assertThat(refusal(silent, "", "ConfigMap", "shop", "a")).isEmpty();
  }

  @Test
  @DisplayName("a project of reserved clusters permits no other")
  void permitsReservedClusters() {
    AppProject project =
        project(
            "permitOnlyProjectScopedClusters: true\n  destinations: [{server: '*', namespace: '*'}]");
    ResourceId id = new ResourceId("", "ConfigMap", "shop", "a");
    assertThat(project.permissions(ONE).refusal(id)).get().asString().contains("not reserved");
    assertThat(project.permissions(new ProjectCluster(SERVER, "one", "team")).refusal(id))
        .isEmpty();
  }

  @Test
  @DisplayName("an application of another project, place or home is told every reason")
  void tellsEveryReason() {
    AppProject project =
        project(
            """
            sourceRepos: ['https://git.example.com/team']
              destinations: [{server: '*', namespace: 'team-*'}]
              sourceNamespaces: ['apps-*', '/^team[0-9]$/']
            """);
    Application other =
        Application.read(
            "app.yaml",
            application("https://git.example.com/x", "server: " + SERVER, "shop", "other", "home"));

    assertThatThrownBy(() -> project.admit(other, ONE))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("spec.project is other, the project given is team")
        .hasMessageContaining("repository https://git.example.com/x")
        .hasMessageContaining("namespace 'shop' of cluster " + SERVER + " (one)")
        .hasMessageContaining("it lives in namespace 'home'");
    for (String home : List.of("apps-a", "team7", "argocd")) {
      Application admitted =
          Application.read(
              "app.yaml",
              application("https://git.example.com/team", "name: one", "team-a", "team", home));
      assertThatCode(() -> project.admit(admitted, ONE)).doesNotThrowAnyException();
    }
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName(
      "a window is for an application by name, cluster or namespace, or by all that it names")
  @CsvSource(
      delimiter = '|',
      value = {
        "applications: ['sh*'] | true",
        "applications: [other] | false",
        "applications: [other], namespaces: [shop] | true",
        "applications: [other], namespaces: [shop], andOperator: true | false",
        "applications: [shop], namespaces: [shop], andOperator: true | true",
        "applications: [shop], clusters: [two], andOperator: true | false",
        "clusters: ['https://one.*'] | true",
        "namespaces: ['*'] | true"
      })
  void choosesWindows(String selector, boolean chosen) {
    AppProject project =
        project(
            "syncWindows: [{kind: deny, schedule: '0 22 * * *', duration: 8h, " + selector + "}]");
    Application application = application("https://git.example.com/a", "server: " + SERVER, "shop");
    assertThat(project.syncWindows(application)).hasSize(chosen ? 1 : 0);
  }

  @Test
  @DisplayName("a window has kind, times, zone and what may pass it")
  void readsWindows() {
    AppProject project =
        project(
            """
            syncWindows:
              - kind: allow
                schedule: 10 1 * * *
                duration: 1h30m
                timeZone: Europe/Amsterdam
                applications: ['*']
                manualSync: true
                syncOverrun: true
                description: ticket 7
            """);
    SyncWindow window =
        project
            .syncWindows(application("https://git.example.com/a", "server: " + SERVER, "shop"))
            .get(0);
    assertThat(window.kind()).isEqualTo(SyncWindow.Kind.ALLOW);
    assertThat(window.schedule().toString()).isEqualTo("10 1 * * * (Europe/Amsterdam)");
    assertThat(window.duration()).isEqualTo(Duration.ofMinutes(90));
    assertThat(window.manual()).isEqualTo(SyncWindow.Manual.PASSES);
    assertThat(window.running()).isEqualTo(SyncWindow.Running.FINISHES);
    assertThat(window).hasToString("allow 10 1 * * * (Europe/Amsterdam) for 1h30m, ticket 7");
  }

  @Test
  @DisplayName("the first service account that fits is taken, in its own namespace or the target's")
  void findsServiceAccounts() {
    AppProject project =
        project(
            """
            sourceRepos: ['*']
              destinations: [{server: '*', namespace: '*'}]
              destinationServiceAccounts:
              - {server: 'https://one.*', namespace: 'shop*', defaultServiceAccount: deployer}
              - {server: 'https://one.*', namespace: '*', defaultServiceAccount: 'ops:deployer'}
            """);
    Application shop = application("https://git.example.com/a", "server: " + SERVER, "shop");
    Application other = application("https://git.example.com/a", "server: " + SERVER, "other");
    assertThat(project.account(shop, ONE))
        .contains(new Impersonation("system:serviceaccount:shop:deployer", List.of()));
    assertThat(project.account(other, ONE))
        .contains(new Impersonation("system:serviceaccount:ops:deployer", List.of()));
    ProjectCluster two = new ProjectCluster("https://two.example.com", "", "");
    assertThat(project.account(shop, two)).isEmpty();
    assertThatThrownBy(() -> project.admit(shop, two))
        .hasMessageContaining("none of destinationServiceAccounts of project team");
  }

  @Test
  @DisplayName("orphans are left out by its rules, and where they could not be touched anyway")
  void leavesOutOrphans() {
    AppProject project =
        project(
            """
            orphanedResources:
                warn: true
                ignore: [{kind: ConfigMap, name: 'cache-*'}, {group: example.com}]
              namespaceResourceBlacklist: [{group: '', kind: ResourceQuota}]
            """);
    assertThat(project.watchesOrphans()).isTrue();
    assertThat(project.warnsOfOrphans()).isTrue();
    assertThat(project.ignoresOrphan(new ResourceId("", "ConfigMap", "a", "cache-1"))).isTrue();
    assertThat(project.ignoresOrphan(new ResourceId("", "ConfigMap", "a", "other"))).isFalse();
    assertThat(project.ignoresOrphan(new ResourceId("example.com", "Thing", "a", "x"))).isTrue();
    assertThat(project.ignoresOrphan(new ResourceId("", "ResourceQuota", "a", "x"))).isTrue();
    assertThat(project("orphanedResources: {}").watchesOrphans()).isTrue();
    assertThat(project("orphanedResources: {}").warnsOfOrphans()).isFalse();
    assertThat(project("description: x").watchesOrphans()).isFalse();
  }

  @ParameterizedTest
  @DisplayName("what is wrong or not honoured is refused by name")
  @ValueSource(
      strings = {
        "signatureKeys: [{keyID: ABCD}]",
        "sourceIntegrity: {}",
        "surprise: 1",
        "sourceRepos: ['!*']",
        "sourceRepos: ['https://a/{b']",
        "destinations: '*'",
        "destinations: ['*']",
        "destinations: [{server: '!*', namespace: a}]",
        "destinations: [{server: '*', namespace: '[a'}]",
        "clusterResourceWhitelist: [{group: a}]",
        "namespaceResourceBlacklist: {group: a}",
        "sourceNamespaces: ['/(/']",
        "syncWindows: [{kind: maybe, schedule: '0 0 * * *', duration: 1h, applications: ['*']}]",
        "syncWindows: [{kind: deny, schedule: '@daily', duration: 1h, applications: ['*']}]",
        "syncWindows: [{kind: deny, schedule: '0 0 * * *', applications: ['*']}]",
        "syncWindows: [{kind: deny, schedule: '0 0 * * *', duration: 1h}]",
        "syncWindows: [{kind: deny, schedule: '0 0 * * *', duration: 1h, applications: ['*'], timeZone: X/Y}]",
        "destinationServiceAccounts: [{server: '*', namespace: '*', defaultServiceAccount: '*'}]",
        "destinationServiceAccounts: [{server: '*', namespace: '!a', defaultServiceAccount: a}]",
        "destinationServiceAccounts: [{server: '*', namespace: '*', defaultServiceAccount: 'a:b:c'}]",
        "destinationServiceAccounts: [{server: '*', namespace: '*', defaultServiceAccount: ':b'}]"
      })
  void refuses(String spec) {
    String field = spec.substring(0, spec.indexOf(':'));
    assertThatThrownBy(() -> project(spec))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(field);
  }

  @Test
  @DisplayName("what only the API server of Argo CD enforces has no effect")
  void readsRoles() {
    assertThatCode(
            () -> project("description: x\n  roles: [{name: a, policies: ['p, x'], groups: [b]}]"))
        .doesNotThrowAnyException();
  }

  private static String refusal(
      AppProject project, String group, String kind, String namespace, String name) {
    return project
        .permissions(ONE)
        .refusal(new ResourceId(group, kind, namespace, name))
        .orElse("");
  }

  static AppProject project(String spec) {
    return AppProject.read(
        "project.yaml",
        """
        apiVersion: argoproj.io/v1alpha1
        kind: AppProject
        metadata: {name: team, namespace: argocd}
        spec:
          %s
        """
            .formatted(spec)
            .getBytes(StandardCharsets.UTF_8));
  }

  private static Application application(String url, String cluster, String namespace) {
    return Application.read("app.yaml", application(url, cluster, namespace, "team", "argocd"));
  }

  private static byte[] application(
      String url, String cluster, String namespace, String project, String home) {
    return """
    apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata: {name: shop, namespace: %s}
    spec:
      project: %s
      source: {repoURL: '%s', path: app}
      destination: {%s, namespace: %s}
    """
        .formatted(home, project, url, cluster, namespace)
        .getBytes(StandardCharsets.UTF_8);
  }
}
