package io.gitops4j.k8s.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.k8s.KubernetesConfig.KubeconfigContent;
import io.gitops4j.model.Sensitive;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DiscoveryTest {
  @Test
  @DisplayName("a kind whose version went is looked for in the version that the server prefers")
  void keepsTheOrder() throws Exception {
    Map<String, String> answers =
        Map.of(
            "/api", groups(group("", "v1")),
            "/apis",
                groups(
                    group("stable.example.org", "v1", "v1beta1"),
                    group("tenth.example.org", "v10", "v2", "v1"),
                    group("aside.example.org", "v1", "v2")));
    try (LocalServer server = new LocalServer(answers);
        Connection connection =
            Connection.open(
                new KubeconfigContent(
                    Sensitive.of(server.kubeconfig("token: x")), Optional.empty()),
                Duration.ofMinutes(1))) {
      Discovery discovery = new Discovery(new KubeHttp(connection, Duration.ofMinutes(1), 2));
      discovery.refresh(OperationContext.create());

      Map<String, String> expected =
          Map.of(
              "", "v1",
              "stable.example.org", "v1",
              "tenth.example.org", "v10",
              "aside.example.org", "v1");
      expected.forEach(
          (group, version) -> {
            assertThat(discovery.findAnyVersion(group, "Thing").map(ApiResource::version))
                .as(group)
                .contains(version);
            assertThat(discovery.findPlural(group, "things").map(ApiResource::version))
                .as(group)
                .contains(version);
          });
      assertThat(
              discovery.preferred().stream()
                  .collect(Collectors.toMap(ApiResource::group, ApiResource::version)))
          .isEqualTo(expected);
    }
  }

  private static String groups(String... groups) {
    return "{\"kind\":\"APIGroupDiscoveryList\",\"items\":[" + String.join(",", groups) + "]}";
  }

  /** As the server tells it: the versions in the order of its preference. */
  private static String group(String name, String... versions) {
    return Stream.of(versions)
        .map(
            version ->
                """
                {"version": "%s", "resources": [
                  {"resource": "things", "responseKind": {"kind": "Thing"}, "scope": "Namespaced"}]}
                """
                    .formatted(version))
        .collect(
            Collectors.joining(
                ",", "{\"metadata\":{\"name\":\"" + name + "\"},\"versions\":[", "]}"));
  }
}
