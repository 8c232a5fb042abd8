package io.gitops4j.k8s;

import static io.gitops4j.k8s.RenderedFiles.named;
import static io.gitops4j.k8s.RenderedFiles.render;
import static io.gitops4j.k8s.RenderedFiles.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.RenderException;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Snapshot;
import io.gitops4j.tck.InMemorySource;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestRendererTest {
  private static final String BASE =
      "resources: [deployment.yaml]\nconfigMapGenerator: [{name: c, files: [key=files/c.txt]}]\n";
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
  private static final Map<String, String> KUSTOMIZED =
      Map.of(
          "base/kustomization.yaml", BASE,
          "base/deployment.yaml", DEPLOYMENT,
          "base/files/c.txt", "value",
          "unrelated/huge.bin", "never needed",
          "app/Kustomization", "resources: [../base]\nnamePrefix: my-\n");

  @Test
  @DisplayName("a kustomization is rendered with its base, by what PATH holds")
  void rendersKustomizations() {
    ManifestSet set = render(ManifestRenderer.path("app"), KUSTOMIZED);

    assertThat(set.manifests())
        .extracting(m -> m.id().kind() + " " + m.id().name().replaceAll("-[a-z0-9]{10}$", ""))
        .containsExactly("ConfigMap my-c", "Deployment my-web");
  }

  @Test
  @DisplayName("the end of a target renders nothing, whatever the revision holds")
  void rendersNothing() {
    InMemorySource source = new InMemorySource();
    source.commit("one", KUSTOMIZED);
    OperationContext context = OperationContext.create();
    try (Snapshot snapshot =
        ((FetchResult.Fetched) source.fetch(Optional.empty(), context)).snapshot()) {
      ManifestSet set = ManifestRenderer.nothing().render(snapshot, context);
      assertThat(set.isEmpty()).isTrue();
      assertThat(set.revision()).isEqualTo(snapshot.revision());
    }
  }

  @Test
  @DisplayName("a kustomization is rendered the same where there is no network")
  void rendersWithoutNetwork(@TempDir Path folder) throws Exception {
    Path offline =
        Files.writeString(
            folder.resolve("kustomize"),
            """
            #!/bin/sh
            exec unshare -n sh -c '
              test "$(wc -l < /proc/net/route)" -le 1 || { echo there is a route; exit 9; } >&2
              if command -v kustomize > /dev/null; then exec kustomize "$@"; fi
              shift
              exec kubectl kustomize "$@"' sh "$@"
            """);
    assertThat(offline.toFile().setExecutable(true)).isTrue();

    ManifestSet without =
        render(ManifestRenderer.builder("app").kustomizeBinary(offline).build(), KUSTOMIZED);

    assertThat(without.manifests())
        .hasSize(2)
        .isEqualTo(render(ManifestRenderer.path("app"), KUSTOMIZED).manifests());
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
  @DisplayName("a kustomization that needs such a name is refused with it")
  void refusesNamesThatAreNoPathsForKustomize() {
    assertThatThrownBy(
            () ->
                render(
                    ManifestRenderer.path("app"),
                    Map.of(
                        "app/kustomization.yaml",
                        "resources: [base]\n",
                        "app/base/caf\ud800.yaml",
                        named("a"))))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("app/base/caf")
        .hasMessageContaining("locale");
  }

  @Test
  @DisplayName("a base in another repository and a Helm chart are refused, with the file named")
  void refusesWhatIsNotPinned() {
    for (String content :
        List.of(
            "resources: ['https://example.com/x//y?ref=main']\n",
            "resources: [github.com/a/b]\n",
            "helmCharts: [{name: x}]\n")) {
      assertThatThrownBy(
              () -> render(ManifestRenderer.path("app"), Map.of("app/kustomization.yaml", content)))
          .isInstanceOf(RenderException.class)
          .hasMessageContaining("app/kustomization.yaml");
    }
  }

  @Test
  @DisplayName("a text that is the name of a directory by chance leads a kustomization nowhere")
  void followsOnlyWhatKustomizeReads() {
    String other = "helmCharts: [{name: x}]\n";
    ManifestSet set =
        render(
            ManifestRenderer.path("app"),
            Map.of(
                "app/kustomization.yaml",
                "namespace: argocd\nresources: [a.yaml]\ncommonLabels: {part: data}\n",
                "app/a.yaml",
                DEPLOYMENT,
                "app/argocd/kustomization.yaml",
                other,
                "app/data/kustomization.yaml",
                other));
    assertThat(set.manifests()).hasSize(1);
  }

  @Test
  @DisplayName("files that a generator or a transformer of a kustomization names are there for it")
  void followsPlugins() {
    ManifestSet set =
        render(
            ManifestRenderer.path("app"),
            Map.of(
                "app/kustomization.yaml",
                """
                Resources: [a.yaml]
                transformers: [patches]
                generators:
                - |
                  apiVersion: builtin
                  kind: ConfigMapGenerator
                  metadata: {name: c}
                  files: [key=c.txt]
                """,
                "app/a.yaml",
                DEPLOYMENT,
                "app/c.txt",
                "text",
                "app/patches/kustomization.yaml",
                "resources: [transformer.yaml]\n",
                "app/patches/transformer.yaml",
                """
                apiVersion: builtin
                kind: PatchTransformer
                metadata: {name: p}
                target: {kind: Deployment}
                path: patch.yaml
                """,
                "app/patch.yaml",
                "- {op: add, path: /metadata/labels, value: {patched: 'yes'}}\n"));
    assertThat(set.manifests().toString()).contains("Deployment", "ConfigMap");
    assertThat(set.manifests())
        .anySatisfy(m -> assertThat(m.object().toString()).contains("\"patched\":\"yes\""))
        .anySatisfy(m -> assertThat(m.object().toString()).contains("\"key\":\"text\""));
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
  @DisplayName("what Kustomize says of an error comes through, without paths of this machine")
  void explainsErrors() {
    assertThatThrownBy(
            () ->
                render(
                    ManifestRenderer.path("app"),
                    Map.of("app/kustomization.yaml", "resources: [nope.yaml]\n")))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("nope.yaml")
        .message()
        .doesNotContain(System.getProperty("java.io.tmpdir") + "/gitops4j");
  }

  @Test
  @DisplayName("a program that hangs is killed with its children, by time and by cancellation")
  void killsWhatHangs(@TempDir Path folder) throws Exception {
    Path pid = folder.resolve("pid");
    Path program =
        Files.writeString(
            folder.resolve("kustomize"), "#!/bin/sh\nsleep 600 &\necho $! > " + pid + "\nwait\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    ManifestRenderer.Builder builder = ManifestRenderer.builder("app").kustomizeBinary(program);

    assertThatThrownBy(() -> render(builder.timeout(Duration.ofSeconds(1)).build(), KUSTOMIZED))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("1 s");
    long child = Long.parseLong(Files.readString(pid).strip());
    assertThat(ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false)).isFalse();

    OperationContext context = OperationContext.within(Duration.ofSeconds(1));
    assertThatThrownBy(
            () ->
                builder
                    .timeout(Duration.ofMinutes(5))
                    .build()
                    .render(snapshot(KUSTOMIZED), context))
        .isInstanceOf(OperationCancelledException.class);
  }

  @Test
  @DisplayName("a path outside of the repository and a glob that is none are told at once")
  void refusesBadOptions() {
    assertThatThrownBy(() -> ManifestRenderer.builder("../x").include("[").build())
        .isInstanceOfSatisfying(
            ConfigurationException.class, e -> assertThat(e.problems()).hasSize(2));
  }
}
