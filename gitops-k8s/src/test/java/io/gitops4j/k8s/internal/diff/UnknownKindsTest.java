package io.gitops4j.k8s.internal.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.k8s.ManifestRenderer;
import io.gitops4j.k8s.internal.client.ApiResource;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class UnknownKindsTest {
  @Test
  @DisplayName("each kind is told once, with the version that the server has of it")
  void tellsEachOnce() {
    UnknownKinds unknown = new UnknownKinds();
    assertThat(unknown.isEmpty()).isTrue();
    for (String name : new String[] {"a", "b", "c"}) {
      add(unknown, "example.com/v1beta1", "Widget", name);
    }
    add(unknown, "example.com/v1", "Gadget", "g");

    assertThat(unknown.isEmpty()).isFalse();
    assertThat(unknown.refused("shop", UnknownKindsTest::served))
        .hasMessageStartingWith("shop: the server serves no example.com/v1beta1 Widget (a.yaml, ")
        .hasMessageContaining(" and 2 more) but v1, no example.com/v1 Gadget (g.yaml, ")
        .hasMessageNotContaining("b.yaml")
        .hasMessageContaining("). Next: correct apiVersion and kind");
  }

  private static Optional<ApiResource> served(String group, String kind) {
    return kind.equals("Widget")
        ? Optional.of(new ApiResource(group, "v1", kind, "widgets", true))
        : Optional.empty();
  }

  private static void add(UnknownKinds unknown, String apiVersion, String kind, String name) {
    String yaml = "apiVersion: %s\nkind: %s\nmetadata: {name: %s}\n";
    ManifestRenderer.read(
            name + ".yaml", yaml.formatted(apiVersion, kind, name).getBytes(StandardCharsets.UTF_8))
        .forEach(unknown::add);
  }
}
