package io.gitops4j.k8s.argo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.ExecPlugins;
import io.gitops4j.k8s.KubeconfigFeature;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.ObjectPermissions;
import io.gitops4j.model.ResourceId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ClusterSecretTest {
  private static final String SERVER = "https://one.example.com:6443";

  @Test
  @DisplayName("every field of a cluster Secret is read, from data and from stringData")
  void reads() {
    String encoded =
        Base64.getEncoder().encodeToString("one".getBytes(StandardCharsets.UTF_8)) + "\\n";
    ClusterSecret cluster =
        ClusterSecret.read(
            "c.yaml",
            """
            apiVersion: v1
            kind: Secret
            metadata:
              name: one
              namespace: argocd
              labels: {argocd.argoproj.io/secret-type: cluster, env: prod}
              annotations: {argocd.argoproj.io/skip-reconcile: "true"}
            data: {name: "%s", server: "bm90\\naGlz\\r\\n"}
            stringData:
              server: %s/
              namespaces: "shop, till,"
              clusterResources: "true"
              shard: "1"
              project: team
              config: '{"bearerToken": "t", "tlsClientConfig": {"insecure": false}}'
            """
                .formatted(encoded, SERVER)
                .getBytes(StandardCharsets.UTF_8));
    assertThat(cluster.projectCluster()).isEqualTo(new ProjectCluster(SERVER, "one", "team"));
    assertThat(cluster.namespaces()).containsExactly("shop", "till");
    assertThat(cluster.clusterResources()).isTrue();
    assertThat(cluster.skipReconcile()).isTrue();
    assertThat(cluster.labels()).containsOnlyKeys("env");
  }

  @ParameterizedTest
  @DisplayName("what it says of the connection becomes a kubeconfig of the same meaning")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"bearerToken\":\"t\"} | /users/0/user | {\"token\":\"t\"}",
        "{\"username\":\"u\",\"password\":\"p\"} | /users/0/user | {\"username\":\"u\",\"password\":\"p\"}",
        "{\"tlsClientConfig\":{\"certData\":\"Yw==\",\"keyData\":\"aw==\"}} | /users/0/user | {\"client-certificate-data\":\"Yw==\",\"client-key-data\":\"aw==\"}",
        "{\"tlsClientConfig\":{\"caData\":\"Yw==\",\"serverName\":\"s\"},\"proxyUrl\":\"http://p:1\",\"disableCompression\":true} | /clusters/0/cluster | {\"server\":\"https://one.example.com:6443\",\"tls-server-name\":\"s\",\"certificate-authority-data\":\"Yw==\",\"proxy-url\":\"http://p:1\",\"disable-compression\":true}",
        "{\"tlsClientConfig\":{\"insecure\":true}} | /clusters/0/cluster | {\"server\":\"https://one.example.com:6443\",\"insecure-skip-tls-verify\":true}",
        "{\"execProviderConfig\":{\"command\":\"c\",\"args\":[\"a\"],\"env\":{\"E\":\"v\"},\"apiVersion\":\"client.authentication.k8s.io/v1\",\"installHint\":\"h\",\"provideClusterInfo\":true}} | /users/0/user/exec | {\"interactiveMode\":\"Never\",\"command\":\"c\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"installHint\":\"h\",\"provideClusterInfo\":true,\"args\":[\"a\"],\"env\":[{\"name\":\"E\",\"value\":\"v\"}]}",
        "{\"execProviderConfig\":{\"command\":\"c\",\"config\":{\"x\":1}}} | /clusters/0/cluster/extensions/0 | {\"name\":\"client.authentication.k8s.io/exec\",\"extension\":{\"x\":1}}",
      })
  void becomesAKubeconfig(String config, String pointer, String expected) {
    assertThat(kubeconfig(secret(config)).at(pointer)).isEqualTo(json(expected));
  }

  @Test
  @DisplayName("awsAuthConfig becomes a call of the program of AWS, with its options")
  void becomesACallOfAws() {
    JsonNode exec =
        kubeconfig(
                secret(
                    "{\"awsAuthConfig\":{\"clusterName\":\"shop\",\"roleARN\":\"arn:aws:iam::1:role/r\",\"profile\":\"p\"}}"))
            .at("/users/0/user/exec");
    assertThat(exec.path("command").asString()).isEqualTo("aws");
    List<String> args = exec.path("args").valueStream().map(JsonNode::asString).toList();
    assertThat(String.join(" ", args))
        .as("the same each time, as a rule may compare them")
        .isEqualTo(
            "eks get-token --output json --cluster-name shop --role-arn arn:aws:iam::1:role/r"
                + " --profile p");
  }

  @ParameterizedTest
  @DisplayName("what is wrong or not honoured is named, and no value of it is told")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "canary | config is no JSON",
        "[\"canary\"] | config is no JSON object",
        "{\"bearerToken\":{\"x\":\"canary\"}} | config.bearerToken is not a text",
        "{\"password\":[\"canary\"],\"username\":\"u\"} | config.password is not a text",
        "{\"bearerToken\":\"canary\",\"username\":\"canary\"} | several ways to log in, [bearerToken, username]",
        "{\"bearerToken\":\"canary\",\"impersonate\":\"canary\"} | config.impersonate is not honoured",
        "{\"tlsClientConfig\":{\"caFile\":\"canary\"}} | config.tlsClientConfig.caFile is not honoured",
        "{\"tlsClientConfig\":{\"insecure\":true,\"caData\":\"canary\"}} | is insecure and has caData",
        "{\"tlsClientConfig\":{\"certData\":\"canary\"}} | only one of certData and keyData",
        "{\"awsAuthConfig\":{\"roleARN\":\"canary\"}} | config.awsAuthConfig.clusterName is missing",
        "{\"awsAuthConfig\":{\"clusterName\":\"--endpoint-url=canary\"}} | begins like an option",
        "{\"execProviderConfig\":{\"args\":[\"canary\"]}} | config.execProviderConfig.command is missing",
        "{\"execProviderConfig\":{\"command\":\"c\",\"env\":{\"E\":{\"canary\":1}}}} | config.execProviderConfig.env.E is not a text",
      })
  void namesWhatIsWrong(String config, String told) {
    assertThatThrownBy(() -> secret(config))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(told)
        .hasMessageContaining("Secret")
        .hasMessageNotContaining("canary");
  }

  @Test
  @DisplayName("a key that is not known, a flag that is none and Base64 that is none are named")
  void namesWrongKeys() {
    assertThatThrownBy(
            () -> secret("{}", "insecure: canary", "clusterResources: 'yes'", "shard: a"))
        .hasMessageContaining("insecure is not honoured")
        .hasMessageContaining("clusterResources is neither")
        .hasMessageContaining("shard is no number")
        .hasMessageNotContaining("canary");
    assertThatThrownBy(() -> ClusterSecret.read("c", manifest("data: {config: '*canary*'}")))
        .hasMessageContaining("data.config is not Base64")
        .hasMessageNotContaining("canary");
  }

  @Test
  @DisplayName("programs, unchecked servers and proxies are refused until the embedder allows them")
  void asksForPermission() {
    ClusterSecret aws = secret("{\"awsAuthConfig\":{\"clusterName\":\"shop\"}}");
    assertThatThrownBy(() -> connect(aws, Set.of(), ExecPlugins.none()))
        .hasMessageContaining("'aws', not run: no program is allowed");
    connect(aws, Set.of(), ExecPlugins.none().allow("aws", Path.of("/usr/bin/aws")));

    ClusterSecret open =
        secret("{\"tlsClientConfig\":{\"insecure\":true},\"proxyUrl\":\"http://p.example.org:1\"}");
    assertThatThrownBy(() -> connect(open, Set.of(), ExecPlugins.none()))
        .hasMessageContaining("INSECURE_TLS")
        .hasMessageContaining("PROXY");
    connect(
        open, Set.of(KubeconfigFeature.INSECURE_TLS, KubeconfigFeature.PROXY), ExecPlugins.none());
  }

  @Test
  @DisplayName("namespaces restrict what is touched, and what lives in none with them")
  void restricts() {
    ResourceId inside = new ResourceId("", "ConfigMap", "shop", "a");
    ResourceId outside = new ResourceId("", "ConfigMap", "other", "a");
    ResourceId nowhere = new ResourceId("", "Namespace", "", "shop");
    ObjectPermissions some = secret("{}", "namespaces: 'shop, till'").permissions();
    assertThat(some.refusal(inside)).isEmpty();
    assertThat(some.refusal(outside).orElseThrow()).contains("[shop, till]", "cluster one");
    assertThat(some.refusal(nowhere).orElseThrow()).contains("clusterResources");
    ObjectPermissions wide =
        secret("{}", "namespaces: shop", "clusterResources: 'true'").permissions();
    assertThat(wide.refusal(nowhere)).isEmpty();
    assertThat(wide.refusal(outside)).isPresent();
    ObjectPermissions all = secret("{}", "clusterResources: 'false'").permissions();
    assertThat(List.of(inside, outside, nowhere)).allMatch(id -> all.refusal(id).isEmpty());
    assertThat(all.and(some).refusal(outside)).isEqualTo(some.refusal(outside));
    assertThat(some.and(all).refusal(inside)).isEmpty();
  }

  @Test
  @DisplayName("no text form tells what a cluster Secret holds")
  void tellsNothing() {
    ClusterSecret cluster = secret("{\"bearerToken\":\"canary\"}");
    assertThat(
            cluster
                + " "
                + new Clusters(List.of(cluster))
                + cluster.access(Set.of(), ExecPlugins.none())
                + cluster.kubeconfig())
        .doesNotContain("canary");
  }

  @ParameterizedTest
  @DisplayName(
      "a destination is found by name or address; the cluster that is given needs no Secret")
  @CsvSource({
    "name: one, one",
    "'server: \"https://one.example.com:6443/\"', one",
    "name: in-cluster, ''",
    "'server: \"https://kubernetes.default.svc\"', ''"
  })
  void finds(String destination, String name) {
    Clusters clusters = new Clusters(List.of(secret("{}")));
    assertThat(clusters.find(application(destination)).map(ClusterSecret::name).orElse(""))
        .isEqualTo(name);
  }

  @Test
  @DisplayName("one that no cluster has, or that several have, is an error that lists them")
  void listsThem() {
    Clusters clusters = new Clusters(List.of(secret("{}"), secret("{}")));
    assertThatThrownBy(() -> clusters.find(application("name: one")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("destination.name is one, which more than one cluster has")
        .hasMessageContaining("cluster one at " + SERVER);
    assertThatThrownBy(() -> clusters.find(application("name: two")))
        .hasMessageContaining("destination.name is two, which no cluster has")
        .hasMessageContaining("cluster one at " + SERVER);
    assertThatThrownBy(() -> clusters.find(application("server: https://two.example.com")))
        .hasMessageContaining(
            "destination.server is https://two.example.com, which no cluster has");
  }

  @Test
  @DisplayName(
      "a Secret of the cluster that is given restricts it, and must not say how to reach it")
  void restrictsTheGiven() {
    ClusterSecret given =
        ClusterSecret.read(
            "c",
            manifest(
                "stringData: {server: https://kubernetes.default.svc, namespaces: shop, config: '{\"tlsClientConfig\":{\"insecure\":false}}'}"));
    assertThat(given.access(Set.of(), ExecPlugins.none())).isEmpty();
    assertThat(given.name()).isEqualTo("in-cluster");
    assertThat(new Clusters(List.of(given)).find(application("name: in-cluster"))).contains(given);
    assertThatThrownBy(
            () ->
                ClusterSecret.read(
                    "c",
                    manifest(
                        "stringData: {server: https://kubernetes.default.svc, config: '{\"bearerToken\":\"canary\"}'}")))
        .hasMessageContaining("which is the cluster that is given")
        .hasMessageNotContaining("canary");
  }

  @ParameterizedTest
  @DisplayName("a Secret of the cluster that is given restricts it under any name, and is the only")
  @CsvSource({"name: in-cluster", "'server: \"https://kubernetes.default.svc\"'", "name: hub"})
  void restrictsTheGivenUnderAnyName(String destination) {
    ClusterSecret hub =
        ClusterSecret.read(
            "c",
            manifest(
                "stringData: {name: hub, server: https://kubernetes.default.svc, namespaces: shop}"));
    assertThat(new Clusters(List.of(secret("{}"), hub)).find(application(destination)))
        .contains(hub);
    ClusterSecret other =
        ClusterSecret.read(
            "c", manifest("stringData: {name: hub, server: https://kubernetes.default.svc}"));
    assertThatThrownBy(() -> new Clusters(List.of(hub, other)).find(application(destination)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("which more than one cluster has");
  }

  @Test
  @DisplayName(
      "permitOnlyProjectScopedClusters admits only clusters whose Secret names the project")
  void isScoped() {
    AppProject project =
        AppProject.read(
            "p",
            """
            apiVersion: argoproj.io/v1alpha1
            kind: AppProject
            metadata: {name: team}
            spec:
              sourceRepos: ['*']
              destinations: [{server: '*', namespace: '*'}]
              permitOnlyProjectScopedClusters: true
            """
                .getBytes(StandardCharsets.UTF_8));
    Application application = application("name: one");
    project.admit(application, secret("{}", "project: team").projectCluster());
    for (ClusterSecret other : List.of(secret("{}"), secret("{}", "project: other"))) {
      assertThatThrownBy(() -> project.admit(application, other.projectCluster()))
          .hasMessageContaining("permitOnlyProjectScopedClusters");
      assertThat(
              project
                  .permissions(other.projectCluster())
                  .refusal(new ResourceId("", "ConfigMap", "shop", "a")))
          .isPresent();
    }
  }

  private static void connect(
      ClusterSecret cluster, Set<KubeconfigFeature> allowed, ExecPlugins plugins) {
    KubernetesDestination.connect(
            KubernetesConfig.builder(cluster.access(allowed, plugins).orElseThrow()).build())
        .close();
  }

  private static ClusterSecret secret(String config, String... more) {
    return ClusterSecret.read(
        "c.yaml",
        manifest(
            "stringData:\n  name: one\n  server: %s\n  config: '%s'\n  %s"
                .formatted(SERVER, config, String.join("\n  ", more))));
  }

  private static byte[] manifest(String data) {
    return """
        apiVersion: v1
        kind: Secret
        metadata: {name: one, namespace: argocd, labels: {argocd.argoproj.io/secret-type: cluster}}
        %s
        """
        .formatted(data)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static JsonNode kubeconfig(ClusterSecret cluster) {
    return json(cluster.kubeconfig().orElseThrow().reveal());
  }

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text);
  }

  private static Application application(String destination) {
    return Application.read(
        "a",
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: shop}
        spec:
          project: team
          source: {repoURL: https://git.example.com/a, path: app}
          destination: {%s, namespace: shop}
        """
            .formatted(destination)
            .getBytes(StandardCharsets.UTF_8));
  }
}
