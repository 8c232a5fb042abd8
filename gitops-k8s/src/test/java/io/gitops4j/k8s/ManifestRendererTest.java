package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.RenderException;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Snapshot;
import io.gitops4j.tck.InMemorySource;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ManifestRendererTest {
  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: web, image: nginx:1}]}
      """;

  @Test
  @DisplayName("the end of a target renders nothing, whatever the revision holds")
  void rendersNothing() {
    InMemorySource source = new InMemorySource();
    source.commit("one", Map.of("app/a.yaml", DEPLOYMENT));
    OperationContext context = OperationContext.create();
    try (Snapshot snapshot =
        ((FetchResult.Fetched) source.fetch(Optional.empty(), context)).snapshot()) {
      ManifestSet set = ManifestRenderer.nothing().render(snapshot, context);
      assertThat(set.isEmpty()).isTrue();
      assertThat(set.revision()).isEqualTo(snapshot.revision());
    }
  }

  @Test
  @DisplayName("what is not rendered yet is refused by name, never left out in silence")
  void refusesWhatItDoesNotRender() {
    assertThatThrownBy(() -> render(ManifestRenderer.path("app"), Map.of("app/a.jsonnet", "{}")))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("app/a.jsonnet");
    assertThatThrownBy(
            () ->
                render(
                    ManifestRenderer.path("app"),
                    Map.of("app/Chart.yaml", "name: x", "app/templates/a.yaml", "{{ x }}")))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("Helm chart");
  }

  @Test
  @DisplayName("a file that holds a list, as patches do, is refused with how to leave it out")
  void refusesWhatIsNoObject() {
    assertThatThrownBy(
            () ->
                render(
                    ManifestRenderer.path("app"),
                    Map.of("app/patch.yaml", "- {op: remove, path: /spec/replicas}\n")))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("app/patch.yaml, document 1, line 1: it is a list, not an object")
        .hasMessageContaining("exclude the file");
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
  @DisplayName("a name of which this machine makes no path is none of a directory's business")
  void readsBesideNamesThatAreNoPaths() {
    // As every name beyond ASCII where no locale is set.
    String name = "caf\ud800";

    assertThat(
            names(deep(), Map.of("app/a.yaml", named("a"), "app/" + name + ".txt", "no manifest")))
        .containsExactly("a");
    assertThat(names(deep(), Map.of("app/" + name + ".yaml", named("b")))).containsExactly("b");
  }

  @Test
  @DisplayName("a submodule below a directory is refused, not left out, unless it is excluded")
  void refusesSubmodules() {
    InMemorySource source = new InMemorySource();
    source.commit("files", Map.of("app/a.yaml", DEPLOYMENT));
    OperationContext context = OperationContext.create();
    Snapshot plain = ((FetchResult.Fetched) source.fetch(Optional.empty(), context)).snapshot();
    Snapshot snapshot =
        (Snapshot)
            Proxy.newProxyInstance(
                Snapshot.class.getClassLoader(),
                new Class<?>[] {Snapshot.class},
                (proxy, method, arguments) ->
                    method.getName().equals("submodules")
                        ? List.of("app/vendor")
                        : method.invoke(plain, arguments));
    ManifestRenderer.Builder deep =
        ManifestRenderer.builder("app").depth(ManifestConfig.Depth.RECURSIVE);

    assertThatThrownBy(() -> deep.build().render(snapshot, context))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("app/vendor")
        .hasMessageContaining("submodule");
    assertThat(deep.exclude("vendor/*").build().render(snapshot, context).manifests()).hasSize(1);
    assertThat(ManifestRenderer.path("app").render(snapshot, context).manifests()).hasSize(1);
    ManifestRenderer.Builder others =
        ManifestRenderer.builder("app").depth(ManifestConfig.Depth.RECURSIVE).include("a*.yaml");
    assertThat(others.build().render(snapshot, context).manifests()).as("not reached").hasSize(1);
  }

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
  @DisplayName("a path outside of the repository and a glob that is none are told at once")
  void refusesBadOptions() {
    assertThatThrownBy(() -> ManifestRenderer.builder("../x").include("[").build())
        .isInstanceOfSatisfying(
            ConfigurationException.class, e -> assertThat(e.problems()).hasSize(2));
  }

  private static ManifestRenderer.Builder deep() {
    return ManifestRenderer.builder("app").depth(ManifestConfig.Depth.RECURSIVE);
  }

  private static List<String> names(ManifestRenderer.Builder builder, Map<String, String> files) {
    return render(builder.build(), files).manifests().stream().map(m -> m.id().name()).toList();
  }

  private static String named(String name) {
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + "}\n";
  }

  private static ManifestSet render(ManifestRenderer renderer, Map<String, String> files) {
    return renderer.render(snapshot(files), OperationContext.create());
  }

  private static Snapshot snapshot(Map<String, String> files) {
    InMemorySource source = new InMemorySource();
    source.commit("files", files);
    return ((FetchResult.Fetched) source.fetch(Optional.empty(), OperationContext.create()))
        .snapshot();
  }
}
