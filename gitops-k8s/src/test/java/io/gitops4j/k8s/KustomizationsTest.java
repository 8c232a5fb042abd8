package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.RenderException;
import io.gitops4j.operation.OperationContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Kustomize is given, and what of its answer is taken. */
class KustomizationsTest extends RendererHarness {
  /** A script has to have written something by then, also on a machine that is busy. */
  private static final Duration ENOUGH_TO_START = Duration.ofSeconds(4);

  private static final String BASE =
      "resources: [deployment.yaml]\nconfigMapGenerator: [{name: c, files: [key=files/c.txt]}]\n";
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
  @DisplayName("a kustomization that needs such a name is refused with it")
  void refusesNamesThatAreNoPathsForKustomize() {
    assertRefused(
            Map.of(
                "app/kustomization.yaml",
                "resources: [base]\n",
                "app/base/caf\ud800.yaml",
                named("a")))
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
      assertRefused(Map.of("app/kustomization.yaml", content))
          .hasMessageContaining("app/kustomization.yaml");
    }
  }

  @Test
  @DisplayName("a generator that inflates a chart is refused with its file, as helmCharts are")
  void refusesGeneratorsOfCharts() {
    String generator =
        "{apiVersion: builtin, kind: HelmChartInflationGenerator, metadata: {name: x}, name: x}";
    String listed = "generators: [charts]\n";

    assertRefused(
            Map.of(
                "app/kustomization.yaml",
                listed,
                "app/charts/kustomization.yaml",
                "resources: [x.yaml]\n",
                "app/charts/x.yaml",
                generator))
        .hasMessageContaining("app/charts/x.yaml")
        .hasMessageContaining("Helm");
    assertRefused(Map.of("app/kustomization.yaml", "generators: ['" + generator + "']\n"))
        .hasMessageContaining("app/kustomization.yaml: it inflates Helm charts");
  }

  @Test
  @DisplayName("a plugin that cannot be read is refused: nobody could look what it leads to")
  void refusesPluginsThatCannotBeRead() {
    for (String plugin : List.of("kind: *nowhere\n", "{kind: *nowhere}\n")) {
      assertRefused(Map.of("app/kustomization.yaml", "generators:\n- |\n  " + plugin))
          .hasMessageContaining("app/kustomization.yaml: a generator, transformer or validator")
          .hasMessageContaining("cannot be read")
          .hasMessageContaining("put it into a file");
    }
  }

  @Test
  @DisplayName("the name of a plugin's file that is no YAML is a name all the same")
  void takesNamesOfPluginsThatAreNoYaml() {
    ManifestSet set =
        render(
            ManifestRenderer.path("app"),
            Map.of(
                "app/kustomization.yaml",
                "generators: ['@maps.yaml']\n",
                "app/@maps.yaml",
                "{apiVersion: builtin, kind: ConfigMapGenerator, metadata: {name: c}}\n"));
    assertThat(set.manifests()).hasSize(1);
  }

  @Test
  @DisplayName("a plugin of Kustomize that is a program is refused with what to do instead")
  void refusesExternalPlugins() {
    assertRefused(
            Map.of(
                "app/kustomization.yaml",
                "generators: [secrets.yaml]\n",
                "app/secrets.yaml",
                "{apiVersion: viaduct.ai/v1, kind: ksops, metadata: {name: x}}\n"))
        .hasMessageContaining("unable to load external plugin 'ksops'")
        .hasMessageContaining("commit what the plugin makes in its place");
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
  @DisplayName("what Kustomize says of an error comes through, without paths of this machine")
  void explainsErrors() {
    assertRefused(Map.of("app/kustomization.yaml", "resources: [nope.yaml]\n"))
        .hasMessageContaining("nope.yaml")
        .message()
        .doesNotContain(System.getProperty("java.io.tmpdir") + "/gitops4j");
  }

  @Test
  @DisplayName("an error of Kustomize is told without the warnings that it gives besides")
  void leavesWarningsOutOfErrors() {
    assertRefused(
            Map.of("app/kustomization.yaml", "commonLabels: {app: web}\nresources: [nope.yaml]\n"))
        .hasMessageContaining("nope.yaml")
        .message()
        .doesNotContain("deprecated");
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

    assertThatThrownBy(() -> render(builder.timeout(ENOUGH_TO_START).build(), KUSTOMIZED))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("4 s");
    assertEnded(pid);
    Files.delete(pid);

    OperationContext context = OperationContext.within(ENOUGH_TO_START);
    assertThatThrownBy(
            () ->
                builder
                    .timeout(Duration.ofMinutes(5))
                    .build()
                    .render(snapshot(KUSTOMIZED), context))
        .isInstanceOf(OperationCancelledException.class);
    assertEnded(pid);
  }

  private static AbstractThrowableAssert<?, ?> assertRefused(Map<String, String> files) {
    return assertThatThrownBy(() -> render(ManifestRenderer.path("app"), files))
        .isInstanceOf(RenderException.class);
  }

  private static void assertEnded(Path pid) throws Exception {
    long child = Long.parseLong(Files.readString(pid).strip());
    assertThat(ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false)).isFalse();
  }
}
