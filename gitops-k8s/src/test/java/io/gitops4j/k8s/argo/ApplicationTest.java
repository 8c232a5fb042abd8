package io.gitops4j.k8s.argo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.IgnoreRule;
import io.gitops4j.k8s.IgnoredAtWrite;
import io.gitops4j.k8s.MissingKinds;
import io.gitops4j.k8s.NamespaceMetadata;
import io.gitops4j.k8s.PrunePropagation;
import io.gitops4j.k8s.ReplacePolicy;
import io.gitops4j.k8s.UpdatePolicy;
import io.gitops4j.reconcile.RetryPolicy;
import io.gitops4j.reconcile.SyncPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ApplicationTest {
  private static final String GUESTBOOK =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Application
      metadata:
        name: guestbook
        namespace: argocd
      spec:
        project: default
        source:
          repoURL: https://github.com/argoproj/argocd-example-apps.git
          targetRevision: HEAD
          path: guestbook
        destination:
          server: https://kubernetes.default.svc
          namespace: guestbook
      """;

  @Test
  @DisplayName("the guestbook of Argo CD's documentation is read")
  void readsTheGuestbook() {
    Application application = read(GUESTBOOK);

    assertThat(application.name()).isEqualTo("guestbook");
    assertThat(application.targetRevision()).isEqualTo("HEAD");
    assertThat(application.namespace()).isEqualTo("guestbook");
    assertThat(application.automated()).isFalse();
  }

  @Test
  @DisplayName("its target has its name, and its namespace unless that is Argo CD's own")
  void namesItsTarget() {
    assertThat(read(GUESTBOOK).targetName()).isEqualTo("guestbook");
    assertThat(read(GUESTBOOK.replace("  namespace: argocd\n", "")).targetName())
        .isEqualTo("guestbook");
    assertThat(read(GUESTBOOK.replace("namespace: argocd", "namespace: team-a")).targetName())
        .isEqualTo("team-a/guestbook");
  }

  @Test
  @DisplayName("it prints with its name and its repository, never with the password of that")
  void printsWithoutPassword() {
    Application application = read(GUESTBOOK.replace("https://", "https://bot:canary@"));

    assertThat(application.toString())
        .contains("guestbook")
        .contains("github.com/argoproj/argocd-example-apps.git")
        .doesNotContain("canary");
  }

  @Test
  @DisplayName("automation says what is pruned, healed and allowed to be empty")
  void readsAutomation() {
    assertThat(read(GUESTBOOK + "  syncPolicy: {automated: {prune: true}}\n").policy())
        .isEqualTo(
            new SyncPolicy(
                SyncPolicy.Prune.REMOVE, SyncPolicy.Drift.ON_REQUEST, SyncPolicy.Empty.REFUSE));
  }

  @Test
  @DisplayName("a retry begins with the newest revision, whether it asks for that or not")
  void readsRefresh() {
    String retry = GUESTBOOK + "  syncPolicy: {retry: {limit: 3, refresh: %s}}\n";
    assertThat(read(retry.formatted("true")).retry())
        .isEqualTo(read(retry.formatted("false")).retry())
        .isPresent();
  }

  @Test
  @DisplayName("a registry in place of a repository is told as what it is")
  void refusesRegistries() {
    assertThatThrownBy(() -> read(GUESTBOOK.replaceFirst("repoURL: .*", "repoURL: oci://r/a")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("spec.source repoURL is an OCI registry");
  }

  @Test
  @DisplayName("automation that is switched off, or says nothing at all, is none")
  void readsAutomationThatIsOff() {
    Application plain = read(GUESTBOOK);
    for (String off :
        List.of(
            "automated: {enabled: false, prune: true, selfHeal: true, allowEmpty: true}",
            "automated:",
            "automated: null")) {
      Application application = read(GUESTBOOK + "  syncPolicy:\n    " + off + "\n    retry:\n");
      assertThat(application.automated()).as(off).isFalse();
      assertThat(application.policy()).as(off).isEqualTo(plain.policy());
      assertThat(application.retry()).as(off).isEqualTo(plain.retry());
    }
    assertThat(read(GUESTBOOK + "  syncPolicy: {automated: {enabled: true}}\n").automated())
        .isTrue();
  }

  @Test
  @DisplayName("replicas and labels for Kustomize that are none are named, not taken for nothing")
  void namesWrongOptionsOfKustomize() {
    String kustomize = GUESTBOOK.replace("path: guestbook", "path: guestbook\n    kustomize: %s");
    assertThat(
            read(kustomize.formatted("{replicas: [{name: a, count: 3}, {name: b, count: '2'}]}"))
                .renderer())
        .isNotNull();
    assertThatThrownBy(
            () ->
                read(
                    kustomize.formatted(
                        "{replicas: [{name: a}, {name: b, replicas: 3}, {count: three}],"
                            + " commonLabels: [a], commonAnnotations: {a: {b: c}, d: 1}}")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("replicas[0].count is missing")
        .hasMessageContaining("replicas[1].replicas is not honoured")
        .hasMessageContaining("replicas[2].name is missing")
        .hasMessageContaining("replicas[2].count is not a whole number but \"three\"")
        .hasMessageContaining("commonLabels is not an object")
        .hasMessageContaining("commonAnnotations.a is not a text")
        .hasMessageContaining("commonAnnotations.d is not a text but 1: quote it");
  }

  @Test
  @DisplayName("differences that are ignored, history and prune propagation are as it says")
  void readsWhatIsIgnored() {
    Application application =
        read(
            GUESTBOOK
                + """
                  revisionHistoryLimit: 3
                  info: [{name: url, value: "https://example.com"}]
                  ignoreDifferences:
                  - group: apps
                    kind: Deployment
                    name: web
                    jsonPointers: [/spec/replicas]
                    jqPathExpressions: ['.spec.template.spec.containers[].image']
                    managedFieldsManagers: [kube-controller-manager]
                  syncPolicy:
                    syncOptions: [RespectIgnoreDifferences=true, Validate=false, SkipDryRunOnMissingResource=true, PrunePropagationPolicy=foreground]
                """);

    assertThat(application.ignoreDifferences())
        .containsExactly(
            new IgnoreRule(
                "apps",
                "Deployment",
                "",
                "web",
                List.of("/spec/replicas"),
                List.of(".spec.template.spec.containers[].image"),
                List.of("kube-controller-manager")));
    assertThat(application.prunePropagation()).isEqualTo(PrunePropagation.FOREGROUND);
    assertThat(application.historyLimit()).isEqualTo(3);
  }

  @Test
  @DisplayName(
      "sync options say how objects are written; what is done anyway may say so either way")
  void readsSyncOptions() {
    Application application =
        read(
            GUESTBOOK
                + """
                  syncPolicy:
                    managedNamespaceMetadata: {labels: {team: red}, annotations: {example.com/a: b}}
                    syncOptions: [CreateNamespace=true, Replace=true, Force=true, RespectIgnoreDifferences=false,
                      SkipDryRunOnMissingResource=true, ServerSideApply=false, PruneLast=false, FailOnSharedResource=false]
                """);

    assertThat(application.update()).isEqualTo(UpdatePolicy.OVERWRITE);
    assertThat(application.replace()).isEqualTo(ReplacePolicy.IMMUTABLE);
    assertThat(application.ignoredAtWrite()).isEqualTo(IgnoredAtWrite.SET);
    assertThat(application.awaited()).isEqualTo(MissingKinds.Awaited.ALL);
    assertThat(application.namespaceMetadata())
        .isEqualTo(new NamespaceMetadata(Map.of("team", "red"), Map.of("example.com/a", "b")));
    Application plain = read(GUESTBOOK);
    assertThat(plain.update()).isEqualTo(UpdatePolicy.APPLY);
    assertThat(plain.replace()).isEqualTo(ReplacePolicy.NEVER);
    assertThat(plain.ignoredAtWrite()).isEqualTo(IgnoredAtWrite.LEAVE);
    assertThat(plain.awaited()).isEqualTo(MissingKinds.Awaited.MARKED);
  }

  @Test
  @DisplayName("only skip-reconcile with the value true suspends an application")
  void readsSuspension() {
    String annotated =
        GUESTBOOK.replace(
            "metadata:\n",
            "metadata:\n  annotations: {argocd.argoproj.io/skip-reconcile: \"%s\"}\n");
    assertThat(annotated).isNotEqualTo(GUESTBOOK);
    assertThat(read(annotated.formatted("true")).suspended()).isTrue();
    assertThat(read(annotated.formatted("yes")).suspended()).isFalse();
    assertThat(read(GUESTBOOK).suspended()).isFalse();
  }

  @Test
  @DisplayName("every field that is missing, wrong or not honoured is named at once")
  void namesWhatItDoesNotHonour() {
    assertThatThrownBy(
            () ->
                read(
                    GUESTBOOK.replace("    path: guestbook\n", "    chart: redis\n    path: 3\n")
                        + "  sourceHydrator: {}\n"
                        + "  syncPolicy: {syncOptions: [Replace=maybe], managedNamespaceMetadata:"
                        + " {labels: {a: b}}, retry: {limit: 3, backoff: {factor: 0.5, maxDuration:"
                        + " soon}, refreshed: true}}\n"))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e ->
                assertThat(e.problems())
                    .anyMatch(p -> p.contains("spec.source.chart"))
                    .anyMatch(p -> p.contains("spec.source.path"))
                    .anyMatch(p -> p.contains("spec.sourceHydrator"))
                    .anyMatch(p -> p.contains("Replace=maybe"))
                    .anyMatch(p -> p.contains("managedNamespaceMetadata needs"))
                    .anyMatch(p -> p.contains("spec.syncPolicy.retry.refresh"))
                    .anyMatch(p -> p.contains("backoff.maxDuration is no time but soon"))
                    .anyMatch(p -> p.contains("the factor must be at least 1")));
  }

  @Test
  @DisplayName("a namespace that nobody names is not made, and nothing is wrong with that")
  void makesNoNamespaceWithoutName() {
    String nowhere =
        GUESTBOOK.replaceFirst("(?m)^    namespace: .*\n", "")
            + "  syncPolicy:\n    syncOptions: [CreateNamespace=true]\n";

    assertThat(read(nowhere).namespace()).isEmpty();
    assertThat(read(nowhere).createNamespace()).isFalse();
    assertThatThrownBy(() -> read(nowhere + "    managedNamespaceMetadata: {labels: {a: b}}\n"))
        .hasMessageContaining("managedNamespaceMetadata needs")
        .hasMessageContaining("spec.destination.namespace");
  }

  @Test
  @DisplayName("a sync option of Argo CD is taken, one that is none is told with a next step")
  void tellsWhatIsNoSyncOption() {
    String options = GUESTBOOK + "  syncPolicy: {syncOptions: [%s]}\n";

    for (String value : List.of("true", "false")) {
      assertThat(read(options.formatted("ClientSideApplyMigration=" + value)).update())
          .isEqualTo(UpdatePolicy.APPLY);
    }
    assertThatThrownBy(() -> read(options.formatted("Retry=true")))
        .hasMessageContaining("Retry=true is none of Argo CD's: correct or remove it");
  }

  @Test
  @DisplayName("a file of several objects is refused with what it holds and what to do")
  void refusesSeveralObjects() {
    assertThatThrownBy(() -> read(GUESTBOOK + "---\n" + GUESTBOOK))
        .hasMessageContaining(
            "2 objects (Application), expected one Application: give each a file");
  }

  @Test
  @DisplayName("blocks that Argo CD writes without saying anything are none")
  void takesEmptyBlocks() {
    String source = "    path: guestbook\n    %s\n";
    for (String empty :
        List.of(
            "directory: {jsonnet: {}}",
            "directory: {jsonnet: {extVars: [], tlas: null}}",
            "helm: {}",
            "helm: {passCredentials: false, valueFiles: []}")) {
      assertThat(read(GUESTBOOK.replace("    path: guestbook\n", source.formatted(empty))))
          .extracting(Application::repoUrl)
          .isEqualTo(read(GUESTBOOK).repoUrl());
    }
    for (String block :
        List.of("directory: {jsonnet: {libs: [x]}}", "helm: {skipCrds: true}", "plugin: {}")) {
      assertThatThrownBy(
              () -> read(GUESTBOOK.replace("    path: guestbook\n", source.formatted(block))))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining(block.replaceFirst(":.*", ""))
          .hasMessageContaining("Renderer of your own");
    }
  }

  @Test
  @DisplayName("a list of one source is that source; several are refused, and nothing else of them")
  void readsTheOnlySource() {
    String only = GUESTBOOK.replace("  source:\n", "  sources:\n  - # one\n");
    assertThat(only).isNotEqualTo(GUESTBOOK);
    assertThat(read(only).repoUrl()).isEqualTo(read(GUESTBOOK).repoUrl());
    assertThatThrownBy(() -> read(only.replace("  - # one\n", "  - {ref: values}\n  - # two\n")))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e ->
                assertThat(e.problems())
                    .singleElement()
                    .asString()
                    .startsWith("spec.sources is not honoured: write an Application for each"));
  }

  @Test
  @DisplayName("retries, and the namespace to make, are taken as Argo CD writes them")
  void readsRetriesAndNamespace() {
    Application application =
        read(
            GUESTBOOK
                + "  syncPolicy:\n"
                + "    syncOptions: [CreateNamespace=true]\n"
                + "    retry: {limit: 3, backoff: {duration: 1m30s, factor: 3, maxDuration:"
                + " 1h}}\n");

    assertThat(application.createNamespace()).isTrue();
    assertThat(application.retry())
        .contains(new RetryPolicy(3, Duration.ofSeconds(90), 3, Duration.ofHours(1)));
    assertThat(read(GUESTBOOK + "  syncPolicy: {retry: {}}\n").retry().orElseThrow().limit())
        .isEqualTo(5);
    assertThat(read(GUESTBOOK + "  syncPolicy: {retry: {limit: 0}}\n").retry())
        .contains(RetryPolicy.none());
    assertThat(read(GUESTBOOK).retry()).isEmpty();
  }

  @Test
  @DisplayName(
      "what is to be confirmed before it is pruned, and what was, is taken as Argo CD writes it")
  void readsConfirmations() {
    String prune = "  syncPolicy: {automated: {prune: true}, syncOptions: [%s]}\n";
    assertThat(read(GUESTBOOK + prune.formatted("Prune=confirm")).pruning())
        .isEqualTo(SyncPolicy.Prune.CONFIRM);
    assertThat(read(GUESTBOOK + prune.formatted("Prune=false")).pruning())
        .isEqualTo(SyncPolicy.Prune.KEEP);
    assertThat(read(GUESTBOOK + prune.formatted("Delete=confirm")).deletion())
        .isEqualTo(SyncPolicy.Prune.CONFIRM);
    assertThat(read(GUESTBOOK + prune.formatted("Delete=false")).deletion())
        .isEqualTo(SyncPolicy.Prune.KEEP);
    assertThat(read(GUESTBOOK + prune.formatted("Delete=false")).pruning())
        .isEqualTo(SyncPolicy.Prune.REMOVE);
    assertThat(read(GUESTBOOK + prune.formatted("Delete=true")).deletion())
        .isEqualTo(read(GUESTBOOK).deletion())
        .isEqualTo(SyncPolicy.Prune.REMOVE);
    assertThat(read(GUESTBOOK).deletionApproved()).isEmpty();
    assertThat(approvedAt("2026-11-02T10:00:00+01:00").deletionApproved())
        .contains(Instant.parse("2026-11-02T09:00:00Z"));
    assertThatThrownBy(() -> approvedAt("yes"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("argocd.argoproj.io/deletion-approved is no time but yes");
  }

  private static Application approvedAt(String time) {
    return read(
        GUESTBOOK.replaceFirst(
            "metadata:",
            "metadata:\n  annotations: {argocd.argoproj.io/deletion-approved: \"" + time + "\"}"));
  }

  private static Application read(String yaml) {
    return Application.read("app.yaml", yaml.getBytes(StandardCharsets.UTF_8));
  }
}
