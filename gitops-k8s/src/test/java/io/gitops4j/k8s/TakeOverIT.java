package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.Sensitive;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.InMemorySource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Objects that another tool applied before, with all that it leaves on them. */
class TakeOverIT {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  private static final Map<String, String> OBJECTS =
      new TreeMap<>(
          Map.of(
              "apis/apps/v1/%s/deployments/web",
              """
              {"apiVersion": "apps/v1", "kind": "Deployment",
               "metadata": {"name": "web", "annotations": {"example.com/note": "old"}},
               "spec": {"replicas": 2, "paused": true, "selector": {"matchLabels": {"app": "web"}},
                "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [
                 {"name": "web", "image": "nginx:1", "env": [{"name": "A", "value": "b"}]},
                 {"name": "side", "image": "nginx:2"}]}}}}
              """,
              "api/v1/%s/services/web",
              """
              {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
               "spec": {"selector": {"app": "web", "tier": "front"}, "sessionAffinity": "ClientIP",
                "ports": [{"name": "http", "port": 80}, {"name": "old", "port": 81}]}}
              """,
              "api/v1/%s/configmaps/web",
              """
              {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"},
               "data": {"kept": "1", "old": "2"}}
              """));

  private final TestCluster cluster = TestCluster.shared();
  private final FaultProxy proxy = FaultProxy.inFrontOf(cluster);
  private final String namespace = cluster.createNamespace("takeover");
  private final InMemorySource source = new InMemorySource();
  private final KubernetesDestination destination =
      KubernetesDestination.connect(
          KubernetesConfig.builder(
                  new KubernetesConfig.KubeconfigContent(
                      Sensitive.of(proxy.kubeconfig()), Optional.empty()))
              .namespace(namespace)
              .stateNamespace(namespace)
              .adoption(AdoptionPolicy.ADOPT_IF_UNOWNED)
              .build());
  @TempDir Path folder;

  @AfterEach
  void close() {
    destination.close();
    proxy.close();
  }

  /** What a tool writes besides the manifest, and how. */
  private record Tool(
      String name, String manager, String operation, String labels, String annotations) {
    boolean applies() {
      return operation.equals("Apply");
    }

    @Override
    public String toString() {
      return name + ", " + manager + ", " + operation;
    }
  }

  static Stream<Tool> tools() {
    String helm = "{\"app.kubernetes.io/managed-by\": \"Helm\"}";
    String release =
        "{\"meta.helm.sh/release-name\": \"web\", \"meta.helm.sh/release-namespace\": \"x\"}";
    String flux =
        "{\"kustomize.toolkit.fluxcd.io/name\": \"web\","
            + " \"kustomize.toolkit.fluxcd.io/namespace\": \"flux-system\"}";
    String fluxHelm =
        "{\"app.kubernetes.io/managed-by\": \"Helm\", \"helm.toolkit.fluxcd.io/name\": \"web\","
            + " \"helm.toolkit.fluxcd.io/namespace\": \"x\"}";
    String tracking = "{\"argocd.argoproj.io/tracking-id\": \"web:apps/Deployment:x/web\"}";
    String inventory = "{\"config.k8s.io/owning-inventory\": \"b49dd93f\"}";
    String copy = "{\"" + LAST_APPLIED + "\": \"{\\\"spec\\\":{\\\"replicas\\\":2}}\"}";
    return Stream.of(
        new Tool("kubectl apply", "kubectl-client-side-apply", "kubectl", "{}", "{}"),
        new Tool("kubectl apply --server-side", "kubectl", "kubectl", "{}", "{}"),
        new Tool("Helm 3", "helm", "Update", helm, release),
        new Tool("Helm 4", "helm", "Apply", helm, release),
        new Tool("Argo CD, by label", "argocd-controller", "Update", instance(), copy),
        new Tool("Argo CD, older", "argocd-application-controller", "Update", instance(), copy),
        new Tool("Argo CD, server-side", "argocd-controller", "Apply", "{}", tracking),
        new Tool("Flux Kustomization", "kustomize-controller", "Apply", flux, "{}"),
        new Tool("Flux HelmRelease", "helm-controller", "Update", fluxHelm, release),
        new Tool("cli-utils", "kubectl", "Apply", "{}", inventory),
        new Tool("kpt", "kpt", "Apply", "{}", inventory),
        new Tool(
            "kapp",
            "kapp",
            "Update",
            "{\"kapp.k14s.io/app\": \"1\", \"kapp.k14s.io/association\": \"v1.1\"}",
            "{\"kapp.k14s.io/identity\": \"v1;x\", \"kapp.k14s.io/original\": \"{}\","
                + " \"kapp.k14s.io/original-diff-md5\": \"58\"}"));
  }

  private static String instance() {
    return "{\"app.kubernetes.io/instance\": \"web\"}";
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("nothing changes when objects are taken over, and what leaves Git later disappears")
  @MethodSource("tools")
  void takesOver(Tool tool) throws Exception {
    former(tool);
    Map<String, JsonNode> before = live();
    commit(OBJECTS);

    ReconcileOutcome adopted = reconcile();

    assertThat(adopted.kind()).as(adopted.toString()).isEqualTo(Kind.APPLIED);
    Map<String, JsonNode> after = live();
    before.forEach((path, was) -> assertThat(bare(after.get(path))).isEqualTo(bare(was)));
    assertThat(proxy.seen()).noneMatch(r -> r.method().equals("DELETE"));
    assertThat(proxy.seen()).noneMatch(r -> r.method().equals("POST") && !isState(r));
    assertThat(reconcile().kind()).isEqualTo(Kind.IN_SYNC);

    commit(less());
    ReconcileOutcome less = reconcile();
    assertThat(less.kind()).as(less.toString()).isEqualTo(Kind.APPLIED);
    disappeared();
    assertThat(reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("what a pass recorded as its own and could not take over, the next one takes over")
  void takesOverAfterACrash() throws Exception {
    former(tools().skip(2).findFirst().orElseThrow());
    commit(OBJECTS);
    proxy.inject(1000, r -> r.method().equals("PATCH") && !dry(r), FaultProxy.status(403, "No"));
    assertThat(reconcile().kind()).isEqualTo(Kind.INCOMPLETE);
    proxy.mend();

    ReconcileOutcome next = reconcile();

    assertThat(next.kind()).as(next.toString()).isEqualTo(Kind.APPLIED);
    commit(less());
    assertThat(reconcile().kind()).isEqualTo(Kind.APPLIED);
    disappeared();
  }

  @Test
  @DisplayName("a copy of the manifest that a tool kept goes with the change that makes it untrue")
  void removesCopies() throws Exception {
    former(tools().findFirst().orElseThrow());
    commit(OBJECTS);
    reconcile();
    assertThat(live().values())
        .allMatch(o -> o.path("metadata").path("annotations").has(LAST_APPLIED));
    commit(less());

    reconcile();

    assertThat(live().values())
        .noneMatch(o -> o.path("metadata").path("annotations").has(LAST_APPLIED));
  }

  /** Everything but bookkeeping and our label; uid and generation are in it. */
  private static JsonNode bare(JsonNode object) {
    ObjectNode copy = (ObjectNode) object.deepCopy();
    ObjectNode metadata = (ObjectNode) copy.get("metadata");
    metadata.remove(List.of("managedFields", "resourceVersion"));
    if (metadata.get("labels") instanceof ObjectNode labels) {
      labels.remove("gitops4j.io/target");
      if (labels.isEmpty()) {
        metadata.remove("labels");
      }
    }
    return copy;
  }

  private static Map<String, String> less() {
    Map<String, String> less = new TreeMap<>();
    OBJECTS.forEach(
        (path, json) ->
            less.put(
                path,
                json.replace(", \"annotations\": {\"example.com/note\": \"old\"}", "")
                    .replace("\"paused\": true,", "")
                    .replace(", \"env\": [{\"name\": \"A\", \"value\": \"b\"}]", "")
                    .replaceAll(",\\s+\\{\"name\": \"side\", \"image\": \"nginx:2\"}", "")
                    .replace(", \"tier\": \"front\"", "")
                    .replace("\"sessionAffinity\": \"ClientIP\",", "")
                    .replace(", {\"name\": \"old\", \"port\": 81}", "")
                    .replace(", \"old\": \"2\"", "")));
    return less;
  }

  private void disappeared() throws Exception {
    Map<String, JsonNode> live = live();
    JsonNode web = live.get("apis/apps/v1/%s/deployments/web");
    assertThat(web.path("metadata").path("annotations").has("example.com/note")).isFalse();
    assertThat(web.path("spec").has("paused")).isFalse();
    JsonNode containers = web.path("spec").path("template").path("spec").path("containers");
    assertThat(containers).hasSize(1);
    assertThat(containers.get(0).has("env")).isFalse();
    JsonNode service = live.get("api/v1/%s/services/web").path("spec");
    assertThat(service.path("selector").has("tier")).isFalse();
    assertThat(service.path("ports")).hasSize(1);
    assertThat(service.path("sessionAffinity").asString()).isEqualTo("None");
    assertThat(live.get("api/v1/%s/configmaps/web").path("data").has("old")).isFalse();
  }

  private void former(Tool tool) throws Exception {
    for (Map.Entry<String, String> object : OBJECTS.entrySet()) {
      ObjectNode body = (ObjectNode) JSON.readTree(object.getValue());
      ObjectNode metadata = (ObjectNode) body.get("metadata");
      metadata.withObject("/labels").setAll((ObjectNode) JSON.readTree(tool.labels()));
      metadata.withObject("/annotations").setAll((ObjectNode) JSON.readTree(tool.annotations()));
      if (tool.operation().equals("kubectl")) {
        kubectl(tool, body);
        continue;
      }
      String path = object.getKey().formatted("namespaces/" + namespace);
      String query = "?fieldManager=" + tool.manager();
      if (tool.applies()) {
        request("PATCH", path + query, "application/apply-patch+yaml", body.toString());
      } else {
        request(
            "POST", path.replaceFirst("/web$", "") + query, "application/json", body.toString());
      }
    }
  }

  private void kubectl(Tool tool, JsonNode body) throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("object.json"), body.toString());
    List<String> command =
        new ArrayList<>(
            List.of("kubectl", "--kubeconfig", cluster.kubeconfigFile().toString(), "-n"));
    command.add(namespace);
    command.addAll(List.of(tool.name().split(" ")).subList(1, tool.name().split(" ").length));
    command.addAll(List.of("--validate=false", "-f", file.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private Map<String, JsonNode> live() throws Exception {
    Map<String, JsonNode> live = new TreeMap<>();
    for (String path : OBJECTS.keySet()) {
      live.put(path, request("GET", path.formatted("namespaces/" + namespace), "", ""));
    }
    return live;
  }

  private JsonNode request(String method, String path, String type, String body) throws Exception {
    var client = cluster.client();
    var request = client.getHttpClient().newHttpRequestBuilder().uri(client.getMasterUrl() + path);
    if (!method.equals("GET")) {
      request.method(method, type, body);
    }
    var answer =
        client.getHttpClient().sendAsync(request.build(), String.class).get(30, TimeUnit.SECONDS);
    assertThat(answer.isSuccessful()).as(answer.body()).isTrue();
    return JSON.readTree(answer.body());
  }

  private static boolean dry(FaultProxy.Request request) {
    return request.query().contains("dryRun");
  }

  private static boolean isState(FaultProxy.Request request) {
    return request.path().endsWith("/secrets");
  }

  private void commit(Map<String, String> objects) {
    Map<String, String> files = new TreeMap<>();
    objects.forEach(
        (path, json) -> files.put("app/" + path.replaceAll("\\W", "-") + ".json", json));
    source.commit("objects", files);
  }

  private ReconcileOutcome reconcile() {
    return GitOps.target(namespace)
        .source(source)
        .renderer(ManifestRenderer.path("app"))
        .destination(destination)
        .build()
        .reconcile();
  }
}
