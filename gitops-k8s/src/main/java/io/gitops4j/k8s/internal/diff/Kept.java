package io.gitops4j.k8s.internal.diff;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What the server keeps of what it is sent. Defaults that it adds, and another form of the same
 * quantity, are no loss; a value that admission overrides is.
 */
public final class Kept {
  private static final int SHOWN = 3;
  private static final int LONGEST_QUANTITY = 40;

  /** What names the object, and what is not applied. */
  private static final Set<String> NOT_COMPARED =
      Set.of("apiVersion", "kind", "metadata.name", "metadata.namespace", "status", "stringData");

  private final boolean secret;
  private final List<String> lost = new ArrayList<>();

  private Kept(boolean secret) {
    this.secret = secret;
  }

  /** Whether the value holds everything that was sent for it. */
  static boolean whole(JsonNode sent, JsonNode got) {
    Kept kept = new Kept(false);
    kept.compare("", sent, got);
    return kept.lost.isEmpty();
  }

  /**
   * What did not stick, for people, empty when everything did.
   *
   * @param secret whether values are left out
   */
  public static String note(JsonNode sent, JsonNode got, boolean secret) {
    Kept kept = new Kept(secret);
    kept.compare("", sent, got);
    if (kept.lost.isEmpty()) {
      return "";
    }
    int more = kept.lost.size() - SHOWN;
    return "the server does not keep what is desired: "
        + String.join(", ", kept.lost.subList(0, Math.min(SHOWN, kept.lost.size())))
        + (more > 0 ? " and " + more + " more" : "");
  }

  private void compare(String path, JsonNode sent, JsonNode got) {
    if (NOT_COMPARED.contains(path) || sent.equals(got) || left(path, sent, got)) {
      return;
    }
    if (sent.isObject() && got.isObject()) {
      for (var field : sent.properties()) {
        JsonNode there = got.path(field.getKey());
        // Nearly everything is kept: only what is not needs a name.
        if (!field.getValue().equals(there)) {
          String name = field.getKey();
          compare(path.isEmpty() ? name : path + "." + name, field.getValue(), there);
        }
      }
    } else if (sent.isArray() && got.isArray()) {
      for (int i = 0; i < sent.size(); i++) {
        compareItem(path, sent.get(i), i, got);
      }
    } else if (!same(sent, got)) {
      lost.add(
          secret
              ? path
              : path + " is " + (got.isMissingNode() ? "absent" : got) + ", desired " + sent);
    }
  }

  private void compareItem(String path, JsonNode item, int position, JsonNode list) {
    JsonNode name = item.path("name");
    if (name.isString()) {
      for (JsonNode other : list) {
        if (other.path("name").equals(name)) {
          compare(path + "[name=" + name.asString() + "]", item, other);
          return;
        }
      }
    }
    // Others may put items in between: one that is kept anywhere in the list is kept.
    for (JsonNode other : list) {
      if (whole(item, other)) {
        return;
      }
    }
    compare(path + "[" + position + "]", item, list.path(position));
  }

  /** What is sent empty leaves the value to the server, which Go cannot tell from an absent one. */
  private static boolean left(String path, JsonNode sent, JsonNode got) {
    boolean empty = sent.isNull() || sent.isString() && sent.asString().isEmpty();
    return empty
        || zero(sent) && (got.isMissingNode() || zero(got))
        || zero(sent) && (path.endsWith("nodePort") || path.endsWith("healthCheckNodePort"));
  }

  /** What Go leaves out when it writes JSON. */
  private static boolean zero(JsonNode value) {
    return value.isNull()
        || value.isContainer() && value.isEmpty()
        || value.isString() && value.asString().isEmpty()
        || value.isBoolean() && !value.asBoolean()
        || value.isNumber() && value.asDouble() == 0;
  }

  private static boolean same(JsonNode sent, JsonNode got) {
    if (!got.isString() || sent.isContainer() || sent.isNull()) {
      return sent.isNumber()
          && got.isNumber()
          && sent.decimalValue().compareTo(got.decimalValue()) == 0;
    }
    String one = sent.asString();
    String other = got.asString();
    return one.equals(other) || quantity(one) && quantity(other) && equalQuantities(one, other);
  }

  private static boolean quantity(String text) {
    return text.length() <= LONGEST_QUANTITY && text.matches("[+-]?[0-9.]+[a-zA-Z0-9+-]*");
  }

  private static boolean equalQuantities(String one, String other) {
    try {
      return Quantity.getAmountInBytes(new Quantity(one))
              .compareTo(Quantity.getAmountInBytes(new Quantity(other)))
          == 0;
    } catch (IllegalArgumentException | ArithmeticException e) {
      return false; // it only looked like a quantity
    }
  }
}
