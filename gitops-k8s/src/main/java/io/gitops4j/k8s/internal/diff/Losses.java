package io.gitops4j.k8s.internal.diff;

import io.gitops4j.diff.Change;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.Stage;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.operation.OperationContext;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** Tells what is lost besides with the removal of something that others live in. */
final class Losses {
  private final KubeHttp http;
  private final Discovery discovery;

  Losses(KubeHttp http, Discovery discovery) {
    this.http = http;
    this.discovery = discovery;
  }

  /** The same change, with the loss in its note. */
  Change tell(Change change, OperationContext context) {
    boolean going = change.removes() || change.reason() == Reason.PRUNE_UNCONFIRMED;
    if (!going) {
      return change;
    }
    return switch (change.id().group() + "/" + change.id().kind()) {
      case "/Namespace" -> noted(change, "everything in it is removed with it");
      case "/PersistentVolumeClaim" -> noted(change, "its volume may be removed with it");
      case "apiextensions.k8s.io/CustomResourceDefinition" ->
          noted(change, instances(change.id().name(), context) + " removed with it");
      default -> change;
    };
  }

  private static Change noted(Change change, String loss) {
    String note = change.note().isEmpty() ? loss : change.note() + "; " + loss;
    return new Change(
        change.id(),
        change.action(),
        change.reason(),
        change.fields(),
        change.live(),
        change.health(),
        note);
  }

  /** A definition is called by its plural and group. One page tells how many more there are. */
  private String instances(String definition, OperationContext context) {
    int dot = definition.indexOf('.');
    Optional<ApiResource> kind =
        discovery.findPlural(definition.substring(dot + 1), definition.substring(0, dot));
    if (kind.isEmpty()) {
      return "what exists of it cannot be counted, and is";
    }
    try {
      KubeResponse page =
          http.get(kind.get().collectionPath(""), Map.of("limit", "1"), Stage.DIFF, context);
      if (page.ok()) {
        long count =
            page.body().path("items").size()
                + page.body().path("metadata").path("remainingItemCount").asLong(0);
        return count == 1 ? "1 object of it is" : count + " objects of it are";
      }
      return "what exists of it cannot be counted (" + page.message() + "), and is";
    } catch (ExecutionException e) {
      return "what exists of it cannot be counted, and is";
    }
  }
}
