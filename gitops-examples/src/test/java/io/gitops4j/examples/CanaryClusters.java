package io.gitops4j.examples;

import static io.gitops4j.examples.CanaryScenarios.CANARY;
import static io.gitops4j.examples.CanaryScenarios.scenario;

import io.gitops4j.GitOps;
import io.gitops4j.k8s.ExecPlugins;
import io.gitops4j.k8s.KubeconfigFeature;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.ManifestRenderer;
import io.gitops4j.k8s.argo.ClusterSecret;
import io.gitops4j.k8s.argo.Clusters;
import io.gitops4j.k8s.testing.TestScript;
import io.gitops4j.model.Sensitive;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.tck.InMemorySource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Ways to a cluster that hold secrets, and lead nowhere. */
final class CanaryClusters {
  private final String server;
  private final String namespace;
  private final Path folder;
  private final ReconcileListener listener;

  CanaryClusters(String server, String namespace, Path folder, ReconcileListener listener) {
    this.server = server;
    this.namespace = namespace;
    this.folder = folder;
    this.listener = listener;
  }

  /** Clusters that refuse, do not exist, or are not who they should be. */
  void kubeconfigs(InMemorySource source) {
    String token = "token: " + CANARY;
    for (String user :
        List.of(
            token,
            "username: ann\n    password: " + CANARY,
            "client-certificate-data: " + CANARY + "\n    client-key-data: " + CANARY,
            "client-certificate: /nowhere\n    client-key: /nowhere",
            "exec: {apiVersion: v1, command: sh, env: [{name: A, value: " + CANARY + "}]}",
            "auth-provider: {name: oidc, config: {id-token: " + CANARY + "}}",
            "tokenFile: /nowhere",
            token + CANARY + "\n    unknown: {" + CANARY)) {
      kubeconfig(source, "a refused user", "server: \"" + server + "\"", user);
    }
    kubeconfig(source, "a host that is unknown", "server: \"https://nowhere.invalid\"", token);
    kubeconfig(
        source,
        "a host with a password",
        "server: \"https://a:" + CANARY + "@nowhere.invalid\"",
        token);
    kubeconfig(source, "a port that is closed", "server: \"https://127.0.0.1:1\"", token);
    kubeconfig(
        source,
        "a certificate that is strange",
        "server: \"" + server + "\"\n    strict: true",
        token);
    kubeconfig(
        source,
        "a proxy that is closed",
        "server: \"" + server + "\"\n    proxy-url: \"http://a:" + CANARY + "@127.0.0.1:1\"",
        token);
    kubeconfig(
        source,
        "an authority that is none",
        "server: \"" + server + "\"\n    certificate-authority-data: " + CANARY,
        token);
  }

  private void kubeconfig(InMemorySource source, String name, String cluster, String user) {
    String insecure =
        cluster.contains("strict") || cluster.contains("authority")
            ? ""
            : "\n    insecure-skip-tls-verify: true";
    String kubeconfig =
        """
        apiVersion: v1
        kind: Config
        current-context: c
        contexts: [{name: c, context: {cluster: c, user: u}}]
        clusters:
        - name: c
          cluster:
            %s%s
        users:
        - name: u
          user:
            %s
        """
            .formatted(cluster.replace("\n    strict: true", ""), insecure, user);
    scenario(
        name,
        () ->
            reconcile(
                source,
                new KubernetesConfig.KubeconfigContent(
                    Sensitive.of(kubeconfig),
                    Optional.empty(),
                    Set.of(KubeconfigFeature.values()))));
  }

  private Object reconcile(InMemorySource source, KubernetesConfig.Access access) {
    KubernetesConfig config =
        KubernetesConfig.builder(access)
            .namespace(namespace)
            .stateNamespace(namespace)
            .requestTimeout(Duration.ofSeconds(5))
            .build();
    System.out.println(config);
    try (KubernetesDestination destination = KubernetesDestination.connect(config)) {
      return GitOps.target(namespace + "-c")
          .source(source)
          .renderer(ManifestRenderer.path("app"))
          .destination(destination)
          .listener(listener)
          .build()
          .reconcile(OperationContext.within(Duration.ofSeconds(10)));
    }
  }

  /**
   * Clusters of Argo CD, and programs that print what they should not, or where they should not.
   */
  void secrets(InMemorySource source) throws Exception {
    // Put together by the shell, so that the file does not hold it.
    String canary = CANARY.charAt(0) + "''" + CANARY.substring(1);
    String said = canary + canary + canary;
    Path good =
        TestScript.write(
            folder.resolve("good"),
            "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",'"
                + "'\"status\":{\"token\":\"'"
                + said
                + "'\"}}'");
    Path loud =
        TestScript.write(
            folder.resolve("loud"), "echo $SECRET $* " + said + " >&2", "echo " + said, "exit 1");
    Path wrong = TestScript.write(folder.resolve("wrong"), "echo " + said);
    ExecPlugins plugins =
        ExecPlugins.none().allow("good", good).allow("loud", loud).allow("wrong", wrong);
    String exec =
        "{\"execProviderConfig\":{\"command\":\"%s\",\"args\":[\"--secret="
            + CANARY
            + "\"],\"env\":{\"SECRET\":\""
            + CANARY
            + "\"},\"apiVersion\":\"client.authentication.k8s.io/v1\"},%s}";
    String open = "\"tlsClientConfig\":{\"insecure\":true}";
    for (String config :
        List.of(
            exec.formatted("good", open),
            exec.formatted("loud", open),
            exec.formatted("wrong", open),
            exec.formatted("refused", open),
            "{\"bearerToken\":\"" + CANARY + "\"," + open + "}",
            "{\"username\":\"u\",\"password\":\"" + CANARY + "\"," + open + "}",
            "{\"tlsClientConfig\":{\"insecure\":true,\"certData\":\"%1$s\",\"keyData\":\"%1$s\"}}"
                .formatted(CANARY),
            "{\"bearerToken\":[\"" + CANARY + "\"]}",
            "{\"" + CANARY)) {
      scenario(
          "a cluster of Argo CD",
          () -> {
            ClusterSecret secret =
                ClusterSecret.read(
                    "cluster.yaml",
                    """
                    apiVersion: v1
                    kind: Secret
                    metadata: {name: c, labels: {argocd.argoproj.io/secret-type: cluster}}
                    stringData: {server: "%s", config: '%s'}
                    """
                        .formatted(server, config)
                        .getBytes(StandardCharsets.UTF_8));
            System.out.println(secret + " " + new Clusters(List.of(secret)));
            return reconcile(
                source, secret.access(Set.of(KubeconfigFeature.values()), plugins).orElseThrow());
          });
    }
  }
}
