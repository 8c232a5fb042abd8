package io.gitops4j.k8s.internal.apply;

import io.gitops4j.diff.LiveVersion;
import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Stage;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.k8s.internal.diff.ClusterSettings;
import io.gitops4j.operation.OperationContext;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.node.ObjectNode;

/** Deletes what was compared, and no other instance. */
final class Removals {
  private final KubeHttp http;
  private final ClusterSettings settings;

  Removals(KubeHttp http, ClusterSettings settings) {
    this.http = http;
    this.settings = settings;
  }

  /**
   * Sends one. Under a permit it carries a version too, which whoever takes over moves for what may
   * be on its way. A status moves it as well, which is no reason to refuse a removal.
   */
  CompletableFuture<KubeResponse> send(Write write, OperationContext context) {
    Optional<LiveVersion> over = write.over();
    if (over.isEmpty() || context.permit().isEmpty()) {
      return delete(write, Optional.empty());
    }
    return delete(write, Optional.of(over.get().version()))
        .thenCompose(
            answer ->
                answer.code() == 409
                    ? again(write, over.get(), answer, context)
                    : CompletableFuture.completedFuture(answer));
  }

  /** The right to write is looked at after the version: whoever takes over moves it after that. */
  private CompletableFuture<KubeResponse> again(
      Write write, LiveVersion over, KubeResponse refused, OperationContext context) {
    return http.send("GET", write.path(), Map.of(), "", "")
        .thenCompose(
            now ->
                now.ok() && Updates.same(now.body(), over) && active(context)
                    ? delete(write, Optional.of(Updates.version(now.body())))
                    : CompletableFuture.completedFuture(refused));
  }

  /** The caller's own look ends the round. */
  private static boolean active(OperationContext context) {
    try {
      context.checkActive(Stage.APPLY);
      return true;
    } catch (OperationCancelledException e) {
      return false;
    }
  }

  private CompletableFuture<KubeResponse> delete(Write write, Optional<String> version) {
    return http.send("DELETE", write.path(), Map.of(), "application/json", options(write, version));
  }

  private String options(Write write, Optional<String> version) {
    ObjectNode options =
        KubeHttp.JSON.createObjectNode().put("kind", "DeleteOptions").put("apiVersion", "v1");
    options.put(
        "propagationPolicy",
        switch (write.propagation().orElse(settings.propagation())) {
          case BACKGROUND -> "Background";
          case FOREGROUND -> "Foreground";
          case ORPHAN -> "Orphan";
        });
    write
        .over()
        .ifPresent(
            l -> {
              ObjectNode conditions = options.putObject("preconditions").put("uid", l.uid());
              version.ifPresent(v -> conditions.put("resourceVersion", v));
            });
    return options.toString();
  }
}
