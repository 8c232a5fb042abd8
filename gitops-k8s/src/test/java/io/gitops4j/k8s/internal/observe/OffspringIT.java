package io.gitops4j.k8s.internal.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.Connection;
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.Sensitive;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OffspringIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final ApiResource BUCKET =
      new ApiResource("s3.cloud.example", "v1", "Kind0", "kind0s", true, false);

  private final FaultProxy proxy = FaultProxy.inFrontOf(TestCluster.shared());
  private final Connection connection =
      Connection.open(
          new KubernetesConfig.KubeconfigContent(
              Sensitive.of(proxy.kubeconfig()), Optional.empty()),
          LIMIT);
  private final Discovery discovery = new Discovery(new KubeHttp(connection, LIMIT, 4));
  private final Offspring offspring = new Offspring(discovery);

  @AfterEach
  void close() {
    connection.close();
    proxy.close();
  }

  @Test
  @DisplayName("a custom resource leads to the kinds of its domain, up to a hundred of them")
  void looksThroughDomain() {
    serve(100);

    assertThat(offspring.of(BUCKET)).contains(BUCKET).hasSize(101);
    assertThat(offspring.unseen(BUCKET))
        .containsExactly("the service behind API group silent.cloud.example does not answer");
  }

  @Test
  @DisplayName("a domain that is a whole cloud is not looked through, and that is told")
  void leavesCloudOut() {
    serve(101);

    assertThat(offspring.of(BUCKET)).extracting(ApiResource::kind).containsExactly("Pod");
    assertThat(offspring.unseen(BUCKET))
        .containsExactly(
            "the service behind API group silent.cloud.example does not answer",
            "the 101 kinds of cloud.example are too many to look through");
  }

  @Test
  @DisplayName("what a kind of Kubernetes makes does not depend on who else is silent")
  void knowsBuiltIn() {
    serve(1);

    assertThat(offspring.unseen(new ApiResource("apps", "v1", "Deployment", "deployments", true)))
        .isEmpty();
  }

  /** A server with a provider of so many kinds beside a group whose service does not answer. */
  private void serve(int kinds) {
    proxy.inject(1, r -> r.path().equals("/api"), document(group("", resource("Pod", "pods"))));
    proxy.inject(
        1,
        r -> r.path().equals("/apis"),
        document(
            group(
                    "s3.cloud.example",
                    IntStream.range(0, kinds)
                        .mapToObj(i -> resource("Kind" + i, "kind" + i + "s"))
                        .collect(Collectors.joining(",")))
                + """
                ,{"metadata":{"name":"silent.cloud.example"},
                  "versions":[{"version":"v1","freshness":"Stale"}]},
                 {"metadata":{"name":"silent.elsewhere.example.org"},
                  "versions":[{"version":"v1","freshness":"Stale"}]}"""));
    discovery.refresh(OperationContext.create());
  }

  private static FaultProxy.Fault document(String groups) {
    return FaultProxy.answer(
        200,
        Map.of("Content-Type", "application/json"),
        """
        {"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","items":[%s]}"""
            .formatted(groups));
  }

  private static String group(String name, String resources) {
    return """
        {"metadata":{"name":"%s"},
         "versions":[{"version":"v1","freshness":"Current","resources":[%s]}]}"""
        .formatted(name, resources);
  }

  private static String resource(String kind, String plural) {
    return """
        {"resource":"%s","responseKind":{"kind":"%s"},"scope":"Namespaced"}"""
        .formatted(plural, kind);
  }
}
