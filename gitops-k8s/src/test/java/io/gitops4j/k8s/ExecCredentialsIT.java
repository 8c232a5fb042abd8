package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.error.Failure;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigContent;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigFile;
import io.gitops4j.k8s.testing.AdminAccount;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.k8s.testing.TestScript;
import io.gitops4j.model.Sensitive;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.tck.InMemorySource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kubeconfigs as clouds write them, with programs that give a real token. */
class ExecCredentialsIT {
  private static final String AKS =
      """
      exec:
        apiVersion: client.authentication.k8s.io/v1beta1
        args: [get-token, --environment, AzurePublicCloud, --server-id, 6dae42f8-4368-4678-94ff-3960e28e3630,
               --client-id, 80faf920-1908-4b52-b5ef-a8e7bedfc67a, --tenant-id, t, --login, workloadidentity]
        command: kubelogin
        env: null
        installHint: "\\nkubelogin is not installed which is required to connect to AAD enabled cluster."
        provideClusterInfo: false
      """;
  private static final String EKS =
      """
      exec:
        apiVersion: client.authentication.k8s.io/v1beta1
        args: [--region, eu-west-1, eks, get-token, --cluster-name, shop, --output, json]
        command: aws
        env: [{name: AWS_PROFILE, value: prod}]
      """;
  private static final String GKE =
      """
      exec:
        apiVersion: client.authentication.k8s.io/v1beta1
        command: gke-gcloud-auth-plugin
        installHint: Install gke-gcloud-auth-plugin for use with kubectl
        interactiveMode: IfAvailable
        provideClusterInfo: true
      """;

  private final TestCluster cluster = TestCluster.shared();
  private final String namespace = cluster.createNamespace("exec");
  private final AdminAccount account = new AdminAccount(cluster, namespace, "deployer");
  private final InMemorySource source = new InMemorySource();
  @TempDir Path folder;

  @ParameterizedTest
  @DisplayName(
      "kubeconfigs of AKS, EKS and GKE are used as they are, once their program is allowed")
  @CsvSource({
    "AKS, kubelogin, \"$1\" = get-token",
    "EKS, aws, \"$3 $4 $6 $AWS_PROFILE\" = \"eks get-token shop prod\"",
    "GKE, gke-gcloud-auth-plugin, -n \"$KUBERNETES_EXEC_INFO\""
  })
  void readsThoseOfClouds(String cloud, String program, String condition) throws Exception {
    Path script =
        TestScript.write(
            folder.resolve(program), "[ " + condition + " ] || exit 9", token(account.token()));
    String user = Map.of("AKS", AKS, "EKS", EKS, "GKE", GKE).get(cloud);
    commit("1");
    try (KubernetesDestination destination =
        connect(content(user, ExecPlugins.none().allow(program, script)))) {
      ReconcileOutcome applied = target(destination).reconcile();
      assertThat(applied.kind()).as("%s", applied).isEqualTo(Kind.APPLIED);
      assertThat(target(destination).reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    }
  }

  @Test
  @DisplayName("a token that the server refuses is made anew within the request that it refused")
  void renews() throws Exception {
    Path held = Files.writeString(folder.resolve("token.json"), "");
    Path script =
        TestScript.write(
            folder.resolve("kubelogin"), "echo run >> " + folder + "/runs", "/bin/cat " + held);
    writeToken(held);
    try (KubernetesDestination destination =
        connect(content(AKS, ExecPlugins.none().allow("kubelogin", script)))) {
      commit("1");
      assertThat(target(destination).reconcile().kind()).isEqualTo(Kind.APPLIED);
      assertThat(Files.readAllLines(folder.resolve("runs"))).hasSize(1);

      account.revoke();
      writeToken(held);
      // The server remembers a good token for some seconds.
      Awaitility.await()
          .untilAsserted(
              () -> {
                commit(Long.toString(System.nanoTime()));
                ReconcileOutcome outcome = target(destination).reconcile();
                assertThat(outcome.kind()).as("%s", outcome).isEqualTo(Kind.APPLIED);
                assertThat(Files.readAllLines(folder.resolve("runs"))).hasSize(2);
              });
    }
  }

  @Test
  @DisplayName("a token file is read again, a kubeconfig too, but what it names by then is not run")
  void readsFilesAgain() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), account.token());
    Path kubeconfig =
        Files.writeString(
            folder.resolve("kubeconfig"), kubeconfig("tokenFile: token")); // beside it
    try (KubernetesDestination destination =
        connect(new KubeconfigFile(kubeconfig, Optional.empty()))) {
      commit("1");
      assertThat(target(destination).reconcile().kind()).isEqualTo(Kind.APPLIED);
      Files.writeString(token, "wrong");
      assertThat(failure(target(destination).reconcile()).code()).isEqualTo("K8S-UNAUTHORIZED");
      Files.writeString(token, account.token() + "\n");
      commit("2");
      assertThat(target(destination).reconcile().kind()).isEqualTo(Kind.APPLIED);
    }

    Files.writeString(kubeconfig, kubeconfig("token: wrong"));
    try (KubernetesDestination destination =
        connect(new KubeconfigFile(kubeconfig, Optional.empty()))) {
      Path trace = folder.resolve("trace");
      Path touch = TestScript.write(folder.resolve("aws"), "echo run > " + trace);
      Files.writeString(kubeconfig, kubeconfig(EKS.replace("command: aws", "command: " + touch)));
      commit("3");
      assertThat(failure(target(destination).reconcile()).code()).isEqualTo("K8S-UNAUTHORIZED");
      assertThat(trace).doesNotExist();
      Files.writeString(kubeconfig, kubeconfig("token: " + account.token()));
      assertThat(target(destination).reconcile().kind()).isEqualTo(Kind.APPLIED);
    }
  }

  @Test
  @DisplayName("a program that gives nothing fails the pass with its reason, without any secret")
  void tellsWhatFails() throws Exception {
    Path script =
        TestScript.write(
            folder.resolve("aws"),
            "echo \"profile $AWS_PROFILE is expired: canary0123456789canary0123456789\" >&2",
            "exit 255");
    commit("1");
    try (KubernetesDestination destination =
        connect(
            content(
                EKS.replace("prod", "canary-profile"), ExecPlugins.none().allow("aws", script)))) {
      Failure failed = failure(target(destination).reconcile());
      assertThat(failed.code()).isEqualTo("K8S-CREDENTIAL");
      assertThat(failed.message())
          .contains("plugin aws ended with 255: profile *** is expired: ***")
          .contains("run it by hand")
          .doesNotContain("canary");
    }
  }

  private void writeToken(Path file) throws Exception {
    String printed = token(account.token());
    Files.writeString(file, printed.substring("echo '".length(), printed.length() - 1));
  }

  private static String token(String token) {
    return TestScript.print("v1beta1", "\"token\":\"" + token + "\"");
  }

  private String kubeconfig(String user) {
    return cluster
        .kubeconfig("x")
        .replaceFirst(
            Pattern.quote("user: {token: x}"), "user:\n" + user.strip().indent(6).stripTrailing());
  }

  private KubeconfigContent content(String user, ExecPlugins plugins) {
    return new KubeconfigContent(
        Sensitive.of(kubeconfig(user)), Optional.empty(), Set.of(), plugins);
  }

  private void commit(String text) {
    source.commit(
        text,
        Map.of(
            "app/a.yaml",
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: a}
            data: {text: "%s"}
            """
                .formatted(text)));
  }

  private KubernetesDestination connect(KubernetesConfig.Access access) {
    return KubernetesDestination.connect(
        KubernetesConfig.builder(access).namespace(namespace).stateNamespace(namespace).build());
  }

  private Reconciler<ManifestSet> target(KubernetesDestination destination) {
    return GitOps.target("exec")
        .source(source)
        .renderer(ManifestRenderer.path("app"))
        .destination(destination)
        .build();
  }

  private static Failure failure(ReconcileOutcome outcome) {
    assertThat(outcome.kind()).as("%s", outcome).isEqualTo(Kind.FAILED);
    return ((ReconcileOutcome.Failed) outcome).failure();
  }
}
