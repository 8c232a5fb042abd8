package io.gitops4j.k8s.internal.diff;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.FieldChange;
import io.gitops4j.diff.FieldChange.Origin;
import io.gitops4j.k8s.internal.yaml.YamlWriter;
import io.gitops4j.model.ResourceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * A change as unified text: the YAML of the live object against the YAML of what it becomes. What
 * it becomes is the live object with the plan's own differences made, so that no second dry run can
 * say something else.
 */
final class UnifiedText {
  private static final int CONTEXT = 3;
  private static final String MASK = "***";
  private static final String NOTHING = "/dev/null";

  private UnifiedText() {}

  static String created(Change change, JsonNode desired) {
    return text(change, NOTHING, List.of(), planned(change), lines(change.id(), desired));
  }

  static String deleted(Change change, JsonNode live) {
    return text(change, live(change), lines(change.id(), live), NOTHING, List.of());
  }

  static String replaced(Change change, JsonNode live, JsonNode desired) {
    return text(
        change,
        live(change),
        lines(change.id(), live),
        planned(change),
        lines(change.id(), desired));
  }

  static String changed(Change change, JsonNode live) {
    ObjectNode before = shown(change.id(), live);
    change.fields().stream()
        .filter(f -> f.masked() && f.before().isPresent())
        .forEach(f -> mark(before, f.pointer().orElseThrow()));
    ObjectNode after = before.deepCopy();
    TreePatch.apply(change.fields(), after);
    return text(
        change, live(change), YamlWriter.lines(before), planned(change), YamlWriter.lines(after));
  }

  /** Which of two masked values changes must be seen: what is equal stays one line. */
  private static void mark(ObjectNode tree, String pointer) {
    JsonPointer place = JsonPointer.compile(pointer);
    JsonNode parent = tree.at(place.head());
    if (parent instanceof ObjectNode object) {
      object.put(place.last().getMatchingProperty(), SecretValues.BEFORE);
    }
  }

  private static String text(
      Change change, String fromName, List<String> from, String toName, List<String> to) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "# "
            + change.id()
            + ": "
            + change.action()
            + ", "
            + change.reason()
            + (change.note().isEmpty() ? "" : ": " + change.note()));
    String admission =
        change.fields().stream()
            .filter(f -> f.origin() == Origin.ADMISSION)
            .map(FieldChange::path)
            .collect(Collectors.joining(", "));
    if (!admission.isEmpty()) {
      lines.add("# by admission: " + admission);
    }
    lines.addAll(
        UnifiedDiffUtils.generateUnifiedDiff(
            fromName, toName, from, DiffUtils.diff(from, to), CONTEXT));
    return String.join("\n", lines) + "\n";
  }

  private static String live(Change change) {
    return "live/" + name(change.id());
  }

  private static String planned(Change change) {
    return "planned/" + name(change.id());
  }

  private static String name(ResourceId id) {
    return Optional.of(id.group()).filter(g -> !g.isEmpty()).map(g -> g + "/").orElse("")
        + id.kind()
        + "/"
        + (id.namespace().isEmpty() ? "" : id.namespace() + "/")
        + id.name();
  }

  private static List<String> lines(ResourceId id, JsonNode object) {
    return YamlWriter.lines(shown(id, object));
  }

  /** Without status and bookkeeping, and without the values of a Secret. */
  private static ObjectNode shown(ResourceId id, JsonNode object) {
    ObjectNode copy = (ObjectNode) object.deepCopy();
    copy.remove("status");
    if (copy.path("metadata") instanceof ObjectNode metadata) {
      metadata.remove(TreeDiff.SERVER_METADATA);
    }
    return SecretValues.isSecret(id.group(), id.kind())
        ? (ObjectNode) masked(copy, new ArrayList<>())
        : copy;
  }

  private static JsonNode masked(JsonNode value, List<Object> path) {
    if (value instanceof ObjectNode object) {
      for (String name : List.copyOf(object.propertyNames())) {
        path.add(name);
        object.set(name, masked(object.path(name), path));
        path.remove(path.size() - 1);
      }
      return object;
    }
    if (!SecretValues.hidden(path) || value instanceof MissingNode) {
      return value;
    }
    // A list of a Secret may be compared as a whole only, so it is shown as one value as well.
    return value instanceof ArrayNode || value.isValueNode() ? StringNode.valueOf(MASK) : value;
  }
}
