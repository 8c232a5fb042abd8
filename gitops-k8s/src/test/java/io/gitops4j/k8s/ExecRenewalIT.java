package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigContent;
import io.gitops4j.k8s.KubernetesConfig.SharedCluster;
import io.gitops4j.k8s.testing.TestAuthority;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.k8s.testing.TestScript;
import io.gitops4j.model.Sensitive;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.tck.InMemorySource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Credentials of programs that end while a cluster is watched, on a server with its own users. */
class ExecRenewalIT {
  private final InMemorySource source = new InMemorySource();
  @TempDir Path folder;

  @Test
  @DisplayName(
      "client certificates and tokens of a program are renewed when the server refuses them, and"
          + " what is watched is watched on")
  void renews() throws Exception {
    TestAuthority trusted = new TestAuthority(folder, "trusted");
    TestAuthority other = new TestAuthority(folder, "other");
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try (TestCluster cluster =
        TestCluster.start(List.of("--client-ca-file=" + trusted.certificateFile()), List.of())) {
      Path script = folder.resolve("plugin");
      Path good = answer("good", trusted.client("system:masters"));
      Path bad = answer("bad", other.client("system:masters"));
      TestScript.write(
          script,
          "if [ -e " + folder + "/ran ]; then /bin/cat " + good + "; else /bin/cat " + bad + "; fi",
          "echo run >> " + folder + "/ran");
      String namespace = cluster.createNamespace("renewed");
      try (KubernetesCluster shared =
              KubernetesCluster.builder(access(cluster, script)).watch(timer).connect();
          KubernetesDestination destination =
              KubernetesDestination.connect(
                  KubernetesConfig.builder(new SharedCluster(shared))
                      .namespace(namespace)
                      .stateNamespace(namespace)
                      .build())) {
        commit("1");
        ReconcileOutcome applied = target(destination).reconcile();
        assertThat(applied.kind()).as("%s", applied).isEqualTo(Kind.APPLIED);
        assertThat(Files.readAllLines(folder.resolve("ran"))).hasSize(2);
        awaitWatched(shared, destination);

        // From here on it gives a token, which a restarted server knows no more after a while.
        cluster.users(List.of("first,a,a,system:masters"));
        TestScript.write(script, TestScript.print("v1", "\"token\":\"first\""));
        other.replaces(trusted);
        restart(cluster);
        commit("2");
        // A credential that was itself made for a refusal is given some seconds.
        Awaitility.await()
            .untilAsserted(
                () -> {
                  ReconcileOutcome again = target(destination).reconcile();
                  assertThat(again.kind()).as("%s", again).isEqualTo(Kind.APPLIED);
                });
        awaitWatched(shared, destination);

        cluster.users(List.of("second,a,a,system:masters"));
        TestScript.write(script, TestScript.print("v1", "\"token\":\"second\""));
        restart(cluster);
        // Nothing but the watch asks: it has to find its way back by itself.
        Awaitility.await().until(() -> shared.watching() >= 2);
        cluster.client().configMaps().inNamespace(namespace).withName("a").delete();
        Awaitility.await().until(() -> target(destination).reconcile().kind() == Kind.APPLIED);
      }
    } finally {
      timer.shutdownNow();
    }
  }

  private static void restart(TestCluster cluster) {
    cluster.killServer();
    cluster.startServer();
  }

  private void awaitWatched(KubernetesCluster shared, KubernetesDestination destination) {
    Awaitility.await()
        .until(
            () -> target(destination).reconcile().kind() == Kind.IN_SYNC && shared.watching() >= 2);
  }

  private Path answer(String name, TestAuthority.Client client) throws Exception {
    String printed =
        TestScript.print(
            "v1",
            "\"clientCertificateData\":\"%s\",\"clientKeyData\":\"%s\""
                .formatted(
                    client.certificate().replace("\n", "\\n"), client.key().replace("\n", "\\n")));
    return Files.writeString(
        folder.resolve(name + ".json"), printed.substring("echo '".length(), printed.length() - 1));
  }

  private static KubeconfigContent access(TestCluster cluster, Path script) {
    String user =
        "user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: plugin, interactiveMode: Never}}";
    return new KubeconfigContent(
        Sensitive.of(cluster.kubeconfig("x").replace("user: {token: x}", user)),
        Optional.empty(),
        Set.of(),
        ExecPlugins.none().allow("plugin", script));
  }

  private void commit(String text) {
    source.commit(
        text,
        Map.of(
            "app/a.yaml",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {text: '"
                + text
                + "'}}"));
  }

  private Reconciler<ManifestSet> target(KubernetesDestination destination) {
    return GitOps.target("renewed")
        .source(source)
        .renderer(ManifestRenderer.path("app"))
        .destination(destination)
        .build();
  }
}
