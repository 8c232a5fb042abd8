package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.RenderException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DirectoryManifestsTest extends RendererHarness {
  @Test
  @DisplayName("a directory is read flat or deep, by include and exclude")
  void readsDirectories() {
    Map<String, String> files =
        Map.of(
            "app/a.yaml",
            named("a"),
            "app/b.json",
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"b\"}}",
            "app/README.md",
            "no manifest",
            "app/deep/c.yml",
            named("c"),
            "app/skipped.yaml",
            "# +argocd:skip-file-rendering\nfoo: bar\n",
            "app/list.yaml",
            "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata:"
                + " {name: d}}\n");

    assertThat(names(ManifestRenderer.builder("./app/"), files)).containsExactly("a", "b", "d");
    assertThat(names(deep(), files)).containsExactly("a", "b", "c", "d");
    assertThat(names(deep().include("{a.yaml,deep/*}"), files)).containsExactly("a", "c");
    assertThat(names(deep().exclude("deep/*"), files)).containsExactly("a", "b", "d");
  }

  @Test
  @DisplayName("what is no manifest is left out beside manifests; one with a slip is an error")
  void leavesOutWhatIsNoManifest() {
    ManifestRenderer.Builder app = ManifestRenderer.builder("app");
    for (String other :
        List.of(
            "replicas: 2\nworkload: {kind: Deployment}\n",
            "- {op: remove, path: /spec/replicas}\n",
            "{{- if .Values.on }}\non: true\n{{- end }}\n",
            "!custom {a: 1}\n")) {
      assertThat(names(app, Map.of("app/a.yaml", named("a"), "app/other.yaml", other)))
          .containsExactly("a");
      assertThatThrownBy(() -> names(app, Map.of("app/other.yaml", other)))
          .hasMessageContaining("app/other.yaml");
    }
    for (String slip :
        List.of(
            "apiVersion: v1\nmetadata: {name: b}\n",
            "{apiVersion: v1, metadata: {name: b}}\n",
            "kind: ConfigMap\nmetadata: {name: b}\n",
            "kind: ConfigMap\ndata: {a: [\n",
            "template:\n  apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: b}\n",
            named("b") + "---\nreplicas: 2\n",
            "{\n  \"apiVersion\": \"v1\"\n  \"kind\": \"ConfigMap\"\n}\n",
            "{\"metadata\":{\"name\":\"b\"},\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\"",
            named("b").replace("", "\0"))) {
      assertThatThrownBy(() -> names(app, Map.of("app/a.yaml", named("a"), "app/b.yaml", slip)))
          .hasMessageContaining("app/b.yaml");
    }
    assertThatThrownBy(() -> names(app, Map.of("app/a.yaml", named("a"), "app/b.json", "{}")))
        .hasMessageContaining("app/b.json");
    assertThatThrownBy(() -> names(app, Map.of("app/a.yaml", "- 1\n")))
        .hasMessageContaining("no object but a list");
  }

  @Test
  @DisplayName(
      "a kustomization by another name among manifests is told as one, with what to do about it")
  void tellsKustomizations() {
    String kustomization =
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n";

    assertThatThrownBy(
            () ->
                names(
                    deep(),
                    Map.of("app/a.yaml", named("a"), "app/sub/kustomize.yaml", kustomization)))
        .hasMessageContaining("app/sub/kustomize.yaml")
        .hasMessageContaining("it is a Kustomization of Kustomize")
        .hasMessageContaining("give its directory as the path of a target, or exclude it");
  }

  @Test
  @DisplayName("a star of a glob stands for any characters, slashes too, as in Argo CD")
  void readsGlobsAsArgoDoes() {
    Map<String, String> files =
        Map.of(
            "app/a.yaml", named("a"),
            "app/b-values.yaml", named("b"),
            "app/c.yml", named("c"),
            "app/\ud83d\udce6.yml", named("g"),
            "app/sub/d.yaml", named("d"),
            "app/sub/e-values.yaml", named("e"),
            "app/sub/deep/config.yml", named("f"));

    assertThat(names(deep().include("*.yaml"), files)).containsExactly("a", "b", "d", "e");
    assertThat(names(deep().include("**/*.yaml"), files)).containsExactly("d", "e");
    assertThat(names(deep().include("sub/*"), files)).containsExactly("d", "e", "f");
    assertThat(names(deep().include("*/config.{yaml,yml}"), files)).containsExactly("f");
    assertThat(names(deep().include("[!abs]*"), files)).containsExactly("c", "g");
    assertThat(names(deep().include("\ud83d\udce6*"), files)).containsExactly("g");
    assertThat(names(deep().include("sub?d.yaml"), files)).containsExactly("d");
    assertThat(names(deep().exclude("*values.yaml"), files))
        .containsExactly("a", "c", "d", "f", "g");
    assertThat(names(deep().include("*.yaml").exclude("{sub/**,a.yaml}"), files))
        .containsExactly("b");
  }

  @Test
  @DisplayName("what SOPS encrypted is refused by name; what an operator decrypts is not")
  void refusesWhatSopsEncrypted() {
    String encrypted =
        """
        apiVersion: example.com/v1
        kind: %s
        metadata: {name: token}
        spec: {value: 'ENC[AES256_GCM,data:bWluZQ==,iv:aXY=,tag:dGFn,type:str]'}
        sops: {mac: 'ENC[AES256_GCM,data:bWFj,type:str]', version: 3.9.0}
        """;
    ManifestRenderer.Builder plain = ManifestRenderer.builder("app");

    assertThatThrownBy(() -> names(plain, Map.of("app/a.yaml", encrypted.formatted("Login"))))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("app/a.yaml")
        .hasMessageContaining("Login token is encrypted with SOPS")
        .extracting(e -> ((RenderException) e).code())
        .isEqualTo("RENDER-UNSUPPORTED");
    assertThat(names(plain, Map.of("app/a.yaml", encrypted.formatted("SopsSecret"))))
        .containsExactly("token");
  }

  @Test
  @DisplayName("a file of the path says how it is read, by default the one of Argo CD")
  void mergesOverrides() {
    Map<String, String> files =
        Map.of(
            "app/a.yaml",
            named("a"),
            "app/sub/b.yaml",
            named("b"),
            "app/.argocd-source.yaml",
            "directory: {recurse: true}",
            "app/read.yaml",
            "directory: {include: 'sub/*'}");

    assertThat(names(ManifestRenderer.builder("app").exclude("read.yaml"), files))
        .containsExactly("a", "b");
    assertThat(names(deep().overrides("read.yaml"), files)).containsExactly("b");
    ManifestRenderer.Builder shallow =
        ManifestRenderer.builder("app").overrides("read.yaml").include("a*");
    assertThatThrownBy(() -> names(shallow, files)).hasMessageContaining("app/sub/b.yaml");
  }

  @Test
  @DisplayName("the digest depends on the objects, not on their files")
  void digestsContent() {
    ManifestSet one =
        render(deep().build(), Map.of("app/1.yaml", named("a"), "app/2.yaml", named("b")));
    ManifestSet other =
        render(deep().build(), Map.of("app/x.yaml", named("b") + "---\n" + named("a")));

    assertThat(one.digest()).isEqualTo(other.digest());
  }

  @Test
  @DisplayName("a name of which this machine makes no path is none of a directory's business")
  void readsBesideNamesThatAreNoPaths() {
    // As every name beyond ASCII where no locale is set.
    String name = "caf\ud800";

    assertThat(
            names(deep(), Map.of("app/a.yaml", named("a"), "app/" + name + ".txt", "no manifest")))
        .containsExactly("a");
    assertThat(names(deep(), Map.of("app/" + name + ".yaml", named("b")))).containsExactly("b");
  }

  private static ManifestRenderer.Builder deep() {
    return ManifestRenderer.builder("app").depth(ManifestConfig.Depth.RECURSIVE);
  }
}
