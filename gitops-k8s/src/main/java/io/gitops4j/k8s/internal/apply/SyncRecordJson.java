package io.gitops4j.k8s.internal.apply;

import io.gitops4j.internal.json.ResourceIdJson;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.order.ChangeRule;
import io.gitops4j.k8s.internal.order.Phase;
import io.gitops4j.k8s.internal.order.Placement;
import io.gitops4j.k8s.internal.order.SyncRecord;
import io.gitops4j.k8s.internal.order.SyncRecord.HookRun;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The stored form of a {@link SyncRecord}. */
final class SyncRecordJson {
  private SyncRecordJson() {}

  static ObjectNode write(SyncRecord record) {
    ObjectNode document = KubeHttp.JSON.createObjectNode().put("format", 1);
    record.completed().ifPresent(c -> document.put("completed", c.toString()));
    record
        .run()
        .ifPresent(
            r ->
                document
                    .putObject("run")
                    .put("key", r.key().toString())
                    .put("install", r.install()));
    for (HookRun hook : record.hooks()) {
      ObjectNode node = document.withArray("/hooks").addObject();
      node.put("key", hook.key().toString()).put("phase", hook.phase().name());
      node.set("hook", id(hook.hook()));
      node.set("object", id(hook.object()));
      node.put("apiVersion", hook.apiVersion())
          .put("token", hook.token())
          .put("state", hook.state().name())
          .put("present", hook.present());
    }
    record.order().forEach((id, p) -> document.withArray("/order").add(placement(id, p)));
    record.farewell().forEach(f -> document.withArray("/farewell").add(f));
    return document;
  }

  static SyncRecord read(JsonNode document) {
    List<HookRun> hooks = new ArrayList<>();
    for (JsonNode hook : document.path("hooks")) {
      hooks.add(
          new HookRun(
              Digest.parse(hook.path("key").asString("")),
              Phase.valueOf(hook.path("phase").asString("")),
              ResourceIdJson.read(hook.path("hook")),
              ResourceIdJson.read(hook.path("object")),
              hook.path("apiVersion").asString(""),
              hook.path("token").asString(""),
              SyncRecord.HookState.valueOf(hook.path("state").asString("")),
              hook.path("present").asBoolean(true)));
    }
    SortedMap<ResourceId, Placement> order = new TreeMap<>();
    document.path("order").forEach(p -> order.put(ResourceIdJson.read(p.path("id")), placement(p)));
    List<ObjectNode> farewell = new ArrayList<>();
    document.path("farewell").forEach(f -> farewell.add((ObjectNode) f));
    JsonNode run = document.path("run");
    return new SyncRecord(
        Optional.of(document.path("completed").asString(""))
            .filter(c -> !c.isEmpty())
            .map(Digest::parse),
        run.isMissingNode()
            ? Optional.empty()
            : Optional.of(
                new SyncRecord.Run(
                    Digest.parse(run.path("key").asString("")),
                    run.path("install").asBoolean(false))),
        hooks,
        order,
        farewell);
  }

  private static ObjectNode placement(ResourceId id, Placement placement) {
    ObjectNode node = KubeHttp.JSON.createObjectNode();
    node.set("id", id(id));
    node.put("wave", placement.wave());
    placement.dependsOn().forEach(d -> node.withArray("/dependsOn").add(id(d)));
    placement.groups().stream().sorted().forEach(g -> node.withArray("/groups").add(g));
    for (ChangeRule rule : placement.rules()) {
      node.withArray("/rules")
          .addObject()
          .put("own", rule.own().name())
          .put("after", rule.after())
          .put("other", rule.other().name())
          .put("group", rule.group())
          .put("annotation", rule.annotation());
    }
    return node;
  }

  private static Placement placement(JsonNode node) {
    List<ResourceId> dependsOn = new ArrayList<>();
    node.path("dependsOn").forEach(d -> dependsOn.add(ResourceIdJson.read(d)));
    Set<String> groups = new HashSet<>();
    node.path("groups").forEach(g -> groups.add(g.asString("")));
    List<ChangeRule> rules = new ArrayList<>();
    for (JsonNode rule : node.path("rules")) {
      rules.add(
          new ChangeRule(
              ChangeRule.Operation.valueOf(rule.path("own").asString("")),
              rule.path("after").asBoolean(false),
              ChangeRule.Operation.valueOf(rule.path("other").asString("")),
              rule.path("group").asString(""),
              rule.path("annotation").asString("")));
    }
    return new Placement(
        node.path("wave").asInt(0), Optional.empty(), "", dependsOn, List.of(), groups, rules);
  }

  private static ObjectNode id(ResourceId id) {
    return ResourceIdJson.write(id, KubeHttp.JSON.createObjectNode());
  }
}
