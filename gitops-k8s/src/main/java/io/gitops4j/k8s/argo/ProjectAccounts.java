package io.gitops4j.k8s.argo;

import io.gitops4j.internal.json.Fields;
import io.gitops4j.k8s.Impersonation;
import io.gitops4j.k8s.internal.glob.Glob;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** In whose name a project's applications act, by where they go. Immutable. */
final class ProjectAccounts {
  private static final String FORBIDDEN = "!*[]{}\\/";

  private final List<Item> items;

  private ProjectAccounts(List<Item> items) {
    this.items = List.copyOf(items);
  }

  private record Item(Glob server, Glob namespace, String account) {}

  static ProjectAccounts read(Fields spec) {
    List<Item> items = new ArrayList<>();
    for (Fields item : spec.objects("destinationServiceAccounts")) {
      String server = item.text("server").orElse("");
      String namespace = item.text("namespace").orElse("");
      String account = item.requiredText("defaultServiceAccount").strip();
      String[] parts = account.split(":", -1);
      boolean named = parts.length <= 2 && List.of(parts).stream().noneMatch(String::isEmpty);
      if (!named || account.chars().anyMatch(c -> FORBIDDEN.indexOf(c) >= 0)) {
        item.problem("defaultServiceAccount is not name or namespace:name, but '" + account + "'");
      } else if (server.contains("!") || namespace.contains("!")) {
        item.problem("cannot deny with !: the first that matches is taken");
      } else {
        try {
          items.add(new Item(Glob.of(server), Glob.of(namespace), account));
        } catch (IllegalArgumentException e) {
          item.problem(e.getMessage());
        }
      }
    }
    return new ProjectAccounts(items);
  }

  boolean isEmpty() {
    return items.isEmpty();
  }

  /**
   * The first that matches.
   *
   * @param namespace that an application goes to, possibly empty
   * @param home where an account lives that names no namespace
   */
  Optional<Impersonation> find(String server, String namespace, String home) {
    return items.stream()
        .filter(i -> i.server().matches(server) && i.namespace().matches(namespace))
        .findFirst()
        .map(
            i -> {
              int colon = i.account().indexOf(':');
              return Impersonation.serviceAccount(
                  colon < 0 ? home : i.account().substring(0, colon),
                  i.account().substring(colon + 1));
            });
  }
}
