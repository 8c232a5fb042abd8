package io.gitops4j.k8s.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.gitops4j.k8s.Manifest;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a manifest says, looked for on the server. */
final class LiveManifest {
  private static final JsonMapper JSON = new JsonMapper();

  private LiveManifest() {}

  /** Fails unless the object is there, with everything that the manifest says. */
  static void assertLive(KubernetesClient admin, Manifest manifest, String namespace) {
    var kind = admin.genericKubernetesResources(manifest.apiVersion(), manifest.id().kind());
    String in = manifest.id().namespace().isEmpty() ? namespace : manifest.id().namespace();
    GenericKubernetesResource live =
        manifest.id().kind().equals("CustomResourceDefinition")
            ? kind.withName(manifest.id().name()).get()
            : kind.inNamespace(in).withName(manifest.id().name()).get();
    assertThat(live).as("%s", manifest.id()).isNotNull();
    JsonNode desired = manifest.object().deepCopy().remove(List.of("stringData"));
    assertContains(JSON.readTree(Serialization.asJson(live)), desired, manifest.id().toString());
  }

  private static void assertContains(JsonNode live, JsonNode desired, String at) {
    if (desired.isObject()) {
      desired
          .properties()
          .forEach(e -> assertContains(live.path(e.getKey()), e.getValue(), at + "." + e.getKey()));
    } else if (desired.isArray()) {
      for (int i = 0; i < desired.size(); i++) {
        assertContains(live.path(i), desired.get(i), at + "[" + i + "]");
      }
    } else {
      assertThat(live.asString()).as(at).isEqualTo(desired.asString());
    }
  }
}
