package io.gitops4j.terraform.internal;

import io.gitops4j.inventory.InventoryEntry;
import io.gitops4j.model.ResourceId;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What a state owns: its managed resources, in all modules. Pure. */
final class StateReader {
  private static final String GROUP = "terraform";

  private StateReader() {}

  /** Adds what the {@code values} of a state hold. */
  static void collect(JsonNode values, List<InventoryEntry> entries) {
    module(values.path("root_module"), entries);
  }

  private static void module(JsonNode module, List<InventoryEntry> entries) {
    for (JsonNode resource : module.path("resources")) {
      if (resource.path("mode").asString("").equals("managed")) {
        entries.add(
            new InventoryEntry(
                id(resource),
                resource.path("provider_name").asString(""),
                Optional.empty(),
                Optional.empty(),
                Optional.of(resource.path("address").asString(""))));
      }
    }
    module.path("child_modules").forEach(child -> module(child, entries));
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
