package io.gitops4j.k8s.internal.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.http.HttpResponse;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.json.CanonicalJson;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Whether equal fingerprints mean what the server's own dry run says. */
class FingerprintOracleIT {
  private static final String MANAGER = "gitops4j";
  private static final String APPLY = "application/apply-patch+yaml";
  private static final String MERGE = "application/merge-patch+json";

  private final TestCluster cluster = TestCluster.shared();
  private final String namespace = cluster.createNamespace("oracle");
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @Test
  @DisplayName(
      "after any edit by others, the fingerprint is the same if and only if applying is idle")
  void agreesWithTheDryRun() throws Exception {
    int edits = Boolean.getBoolean("gitops4j.exhaustive") ? 200 : 15;
    define();
    Map<String, ObjectNode> objects = objects();
    int idle = 0;
    int busy = 0;
    for (Map.Entry<String, ObjectNode> object : objects.entrySet()) {
      String path = object.getKey();
      ObjectNode desired = object.getValue();
      for (int done = 0; done < edits; ) {
        JsonNode applied = apply(path, desired);
        Optional<Digest> before = Fingerprint.of(applied, MANAGER);
        String edit = edit(path, applied);
        if (edit.isEmpty()) {
          continue; // the server refused it
        }
        done++;
        JsonNode live = send("GET", path, "", "", null);
        JsonNode dry =
            send("PATCH", path, APPLY, "force=true&dryRun=All&fieldManager=" + MANAGER, desired);
        if (refused(dry)) {
          continue; // what others left behind and what is desired do not go together
        }
        boolean same = before.equals(Fingerprint.of(live, MANAGER));
        boolean unchanged =
            content(live).equals(content(dry))
                && Fingerprint.ownedFields(live, MANAGER)
                    .equals(Fingerprint.ownedFields(dry, MANAGER));

        assertThat(same)
            .as("seed %s, %s after %s\nlive %s\ndry run %s", seed, path, edit, live, dry)
            .isEqualTo(unchanged);
        if (same) {
          idle++;
        } else {
          busy++;
        }
      }
    }
    assertThat(idle).as("edits that leave nothing to do").isPositive();
    assertThat(busy).as("edits that are drift").isPositive();
  }

  /** What others left behind may stand in the way: then it begins anew. */
  private JsonNode apply(String path, ObjectNode desired) throws Exception {
    String query = "force=true&fieldManager=" + MANAGER;
    JsonNode applied = send("PATCH", path, APPLY, query, desired);
    if (refused(applied)) {
      send("DELETE", path, "application/json", "", json("{}"));
      applied = send("PATCH", path, APPLY, query, desired);
    }
    assertThat(refused(applied)).as(applied.toString()).isFalse();
    return applied;
  }

  private static boolean refused(JsonNode answer) {
    return answer.path("kind").asString("").equals("Status");
  }

  /** A random edit; empty when the server refused it. */
  private String edit(String path, JsonNode live) throws Exception {
    int choice = random.nextInt(20);
    if (choice == 0) {
      return told(
          "cleared managedFields",
          send(
              "PATCH",
              path,
              MERGE,
              "fieldManager=other",
              json("{metadata: {managedFields: [{}]}}")));
    }
    if (choice == 1 && path.contains("/deployments/")) {
      ObjectNode scale = json("{spec: {replicas: " + random.nextInt(4) + "}}");
      return told(
          "scale " + scale, send("PATCH", path + "/scale", MERGE, "fieldManager=hpa", scale));
    }
    if (choice == 2) {
      ObjectNode status = json("{status: {observedGeneration: " + random.nextInt(9) + "}}");
      return told(
          "status " + status, send("PATCH", path + "/status", MERGE, "fieldManager=ctl", status));
    }
    if (choice < 6) {
      ObjectNode other = json("{metadata: {}}");
      other.put("apiVersion", live.path("apiVersion").asString(""));
      other.put("kind", live.path("kind").asString(""));
      ObjectNode metadata = (ObjectNode) other.get("metadata");
      metadata.put("name", live.path("metadata").path("name").asString(""));
      String label = random.nextBoolean() ? "ours" : "theirs";
      metadata.putObject("labels").put(label, random.nextBoolean() ? "a" : "b");
      return told(
          "applied " + metadata,
          send("PATCH", path, APPLY, "force=true&fieldManager=other", other));
    }
    ObjectNode changed = (ObjectNode) live.deepCopy();
    String what = mutate(changed);
    return told(what, send("PUT", path, "application/json", "fieldManager=editor", changed));
  }

  private static String told(String what, JsonNode answer) {
    return refused(answer) ? "" : what;
  }

  /** Changes, removes, adds or re-orders something, wherever. */
  private String mutate(ObjectNode object) {
    List<JsonNode> parents = new ArrayList<>();
    for (String part : List.of("spec", "data")) {
      containers(object.path(part), parents);
    }
    parents.add(object.withObject("/metadata/labels"));
    parents.add(object.withObject("/metadata/annotations"));
    JsonNode parent = parents.get(random.nextInt(parents.size()));
    String before = parent.toString();
    if (parent instanceof ArrayNode list) {
      int at = list.isEmpty() ? 0 : random.nextInt(list.size());
      switch (list.isEmpty() ? 3 : random.nextInt(4)) {
        case 0 -> list.remove(at);
        case 1 -> list.add(list.remove(0));
        case 2 -> list.set(at, other(list.get(at)));
        default ->
            list.insert(at, list.isEmpty() ? KubeHttp.JSON.readTree("\"n\"") : other(list.get(at)));
      }
    } else {
      ObjectNode map = (ObjectNode) parent;
      List<String> names = new ArrayList<>(map.propertyNames());
      String name = names.isEmpty() ? "new" : names.get(random.nextInt(names.size()));
      switch (names.isEmpty() ? 2 : random.nextInt(3)) {
        case 0 -> map.remove(name);
        case 1 -> map.set(name, other(map.get(name)));
        default -> map.put("extra" + random.nextInt(3), "v" + random.nextInt(3));
      }
    }
    return before + " became " + parent;
  }

  private JsonNode other(JsonNode value) {
    if (value.isNumber()) {
      return KubeHttp.JSON.readTree(String.valueOf(value.asInt() + 1 + random.nextInt(3)));
    }
    if (value.isBoolean()) {
      return KubeHttp.JSON.readTree(String.valueOf(!value.asBoolean()));
    }
    if (value instanceof ObjectNode map && map.has("name")) {
      ObjectNode copy = map.deepCopy();
      copy.put("name", "n" + random.nextInt(1000));
      return copy;
    }
    if (value.isString()) {
      String text = value.asString();
      if (text.equals("500m")) {
        return KubeHttp.JSON.readTree("\"0.5\""); // the same quantity in another form
      }
      return KubeHttp.JSON.readTree(
          "\"" + (text.endsWith("=") ? "bmV3" : "x" + random.nextInt(9)) + "\"");
    }
    return value;
  }

  private static void containers(JsonNode node, List<JsonNode> found) {
    if (node.isContainer()) {
      found.add(node);
      node.forEach(child -> containers(child, found));
    }
  }

  /** Everything but bookkeeping. */
  private static String content(JsonNode object) {
    ObjectNode copy = (ObjectNode) object.deepCopy();
    ((ObjectNode) copy.path("metadata"))
        .remove(List.of("managedFields", "resourceVersion", "generation"));
    return CanonicalJson.text(copy);
  }

  private Map<String, ObjectNode> objects() {
    String core = "api/v1/namespaces/" + namespace + "/";
    Map<String, ObjectNode> all = new LinkedHashMap<>();
    all.put(
        core + "configmaps/one",
        json(
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: one, labels: {ours: a}}, data: {a: b, c: d}}"));
    all.put(
        core + "secrets/one",
        json(
            "{apiVersion: v1, kind: Secret, metadata: {name: one, labels: {ours: a}}, data: {a: Yg==, c: ZA==}}"));
    all.put(
        core + "services/one",
        json(
            "{apiVersion: v1, kind: Service, metadata: {name: one, labels: {ours: a}}, spec: {selector: {app: x},"
                + " ports: [{name: a, port: 80}, {name: b, port: 81, targetPort: http},"
                + " {name: c, port: 81, protocol: UDP}]}}"));
    all.put(
        "apis/apps/v1/namespaces/" + namespace + "/deployments/one",
        json(
            "{apiVersion: apps/v1, kind: Deployment, metadata: {name: one, labels: {ours: a}}, spec: {replicas: 2,"
                + " selector: {matchLabels: {app: x}}, template: {metadata: {labels: {app: x}}, spec: {"
                + "containers: [{name: a, image: 'i:1', args: [x, y], env: [{name: E, value: f}, {name: G, value: h}],"
                + " resources: {requests: {cpu: 500m}}}, {name: b, image: 'i:2'}],"
                + " tolerations: [{key: k, operator: Exists}]}}}}"));
    all.put(
        "apis/autoscaling/v2/namespaces/" + namespace + "/horizontalpodautoscalers/one",
        json(
            "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: one, labels: {ours: a}},"
                + " spec: {minReplicas: 1, maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment,"
                + " name: one}, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization,"
                + " averageUtilization: 50}}}]}}"));
    all.put(
        "apis/" + group() + "/v1/namespaces/" + namespace + "/gadgets/one",
        json(
            "{apiVersion: "
                + group()
                + "/v1, kind: Gadget, metadata: {name: one, labels: {ours: a}}, spec: {items: [{name: a, value: 1},"
                + " {name: b, port: 9, value: 2}], tags: [x, y], steps: [s, t], free: {any: [1, {b: c}]}, port: http}}"));
    return all;
  }

  private String group() {
    return namespace + ".example.com";
  }

  private void define() throws Exception {
    ObjectNode definition =
        json(
            "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: gadgets.GROUP},"
                    .replace("GROUP", group())
                + " spec: {group: GROUP, scope: Namespaced, names: {kind: Gadget, plural: gadgets, singular: gadget},"
                    .replace("GROUP", group())
                + " versions: [{name: v1, served: true, storage: true, subresources: {status: {}}, schema:"
                + " {openAPIV3Schema: {type: object, properties: {status: {type: object,"
                + " x-kubernetes-preserve-unknown-fields: true}, spec: {type: object, properties: {"
                + "items: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name, port],"
                + " items: {type: object, required: [name], properties: {name: {type: string},"
                + " port: {type: integer, default: 7}, value: {type: integer}}}},"
                + " tags: {type: array, x-kubernetes-list-type: set, items: {type: string}},"
                + " steps: {type: array, x-kubernetes-list-type: atomic, items: {type: string}},"
                + " mode: {type: string, default: fast},"
                + " free: {type: object, x-kubernetes-preserve-unknown-fields: true},"
                + " port: {x-kubernetes-int-or-string: true}}}}}}}]}}");
    send(
        "PATCH",
        "apis/apiextensions.k8s.io/v1/customresourcedefinitions/gadgets." + group(),
        APPLY,
        "force=true&fieldManager=test",
        definition);
    Awaitility.await()
        .until(
            () ->
                send(
                        "GET",
                        "apis/" + group() + "/v1/namespaces/" + namespace + "/gadgets",
                        "",
                        "",
                        null)
                    .has("items"));
  }

  /** YAML's flow form saves quotes. */
  private static ObjectNode json(String flow) {
    return KubeHttp.JSON.valueToTree(
        new org.snakeyaml.engine.v2.api.Load(
                org.snakeyaml.engine.v2.api.LoadSettings.builder().build())
            .loadFromString(flow));
  }

  private JsonNode send(String method, String path, String type, String query, JsonNode body)
      throws Exception {
    var client = cluster.client();
    var request =
        client
            .getHttpClient()
            .newHttpRequestBuilder()
            .uri(client.getMasterUrl() + path + "?" + query);
    if (body != null) {
      request.method(method, type, body.toString());
    }
    HttpResponse<byte[]> answer =
        client.getHttpClient().sendAsync(request.build(), byte[].class).get(30, TimeUnit.SECONDS);
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    return text.startsWith("{")
        ? KubeHttp.JSON.readTree(text)
        : KubeHttp.JSON.createObjectNode().put("kind", "Status").put("message", text);
  }
}
