package io.gitops4j.k8s.argo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.reconcile.SyncPolicy;
import java.nio.charset.StandardCharsets;
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
  @DisplayName("automation says what is pruned, healed and allowed to be empty")
  void readsAutomation() {
    assertThat(read(GUESTBOOK + "  syncPolicy: {automated: {prune: true}}\n").policy())
        .isEqualTo(
            new SyncPolicy(
                SyncPolicy.Prune.REMOVE, SyncPolicy.Drift.OBSERVE, SyncPolicy.Empty.REFUSE));
  }

  @Test
  @DisplayName("every field that is missing, wrong or not honoured is named at once")
  void namesWhatItDoesNotHonour() {
    assertThatThrownBy(
            () ->
                read(
                    GUESTBOOK.replace("    path: guestbook\n", "    chart: redis\n    path: 3\n")
                        + "  ignoreDifferences: []\n"
                        + "  syncPolicy: {syncOptions: [Replace=true], retry: {limit: 3}}\n"))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e ->
                assertThat(e.problems())
                    .anyMatch(p -> p.contains("spec.source.chart"))
                    .anyMatch(p -> p.contains("spec.source.path"))
                    .anyMatch(p -> p.contains("spec.ignoreDifferences"))
                    .anyMatch(p -> p.contains("Replace=true"))
                    .anyMatch(p -> p.contains("spec.syncPolicy.retry")));
  }

  private static Application read(String yaml) {
    return Application.read("app.yaml", yaml.getBytes(StandardCharsets.UTF_8));
  }
}
