package io.gitops4j.terraform.internal;

import io.gitops4j.inventory.InventoryEntry;
import io.gitops4j.model.ResourceId;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** What a state owns: its managed resources, in all modules. Pure. */
final class StateReader {
  private static final String GROUP = "terraform";

  private StateReader() {}

  /** Adds what the {@code values} of a state hold. */
  static void collect(JsonNode values, List<InventoryEntry> entries) {
    resources(
        values.path("root_module"),
        "managed",
        resource ->
            entries.add(
                new InventoryEntry(
                    id(resource),
                    resource.path("provider_name").asString(""),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(resource.path("address").asString("")))));
  }

  /** What data sources gave, by their addresses. */
  static SortedMap<String, JsonNode> data(JsonNode values) {
    SortedMap<String, JsonNode> data = new TreeMap<>();
    resources(
        values.path("root_module"),
        "data",
        resource -> data.put(resource.path("address").asString(""), resource.path("values")));
    return data;
  }

  private static void resources(JsonNode module, String mode, Consumer<JsonNode> each) {
    for (JsonNode resource : module.path("resources")) {
      if (resource.path("mode").asString("").equals(mode)) {
        each.accept(resource);
      }
    }
    module.path("child_modules").forEach(child -> resources(child, mode, each));
  }

  /**
   * The identity of a resource: its type, the module that it stands in, and its name with its key.
   * A deposed object of a replacement is one of its own.
   */
  static ResourceId id(JsonNode resource) {
    String address = resource.path("address").asString("");
    String type = resource.path("type").asString("");
    int at = address.lastIndexOf(type + "." + resource.path("name").asString(""));
    String module = at > 0 ? address.substring(0, at - 1) : "";
    String name = at >= 0 ? address.substring(at + type.length() + 1) : address;
    String deposed = resource.path("deposed").asString("");
    return new ResourceId(
        GROUP, type, module, deposed.isEmpty() ? name : name + " (deposed " + deposed + ")");
  }

  /** The identity of an output of the root module. */
  static ResourceId output(String name) {
    return new ResourceId(GROUP, "output", "", name);
  }

  /** The address that the program knows a thing by. */
  static String address(ResourceId id) {
    String own = id.kind() + "." + id.name();
    return id.namespace().isEmpty() ? own : id.namespace() + "." + own;
  }
}
