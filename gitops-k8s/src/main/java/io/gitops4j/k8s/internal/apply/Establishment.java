package io.gitops4j.k8s.internal.apply;

import io.gitops4j.error.ApplyException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.k8s.internal.diff.Prepared;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import tools.jackson.databind.JsonNode;

/** Waits until new kinds are served, so that their objects can follow in the same plan. */
final class Establishment {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration LOOK_FOR_KINDS = Duration.ofMillis(500);

  private final KubeHttp http;
  private final Discovery discovery;

  Establishment(KubeHttp http, Discovery discovery) {
    this.http = http;
    this.discovery = discovery;
  }

  void await(List<Prepared> definitions, OperationContext context) {
    if (definitions.isEmpty()) {
      return;
    }
    long end = System.nanoTime() + LIMIT.toNanos();
    for (Prepared definition : definitions) {
      while (!served(definition, context)) {
        if (System.nanoTime() > end) {
          throw new ApplyException(
              "K8S-CRD-NOT-ESTABLISHED",
              Retryability.RETRY,
              definition.id().toString(),
              "the server does not serve it " + LIMIT.toSeconds() + " seconds after it was applied",
              "look at the conditions of the CustomResourceDefinition",
              null);
        }
        context.pause(LOOK, Stage.APPLY);
      }
    }
    discovery.refresh(context);
  }

  /** Waits until kinds that something else defines are served, or the time is over. */
  void awaitKinds(List<Prepared> missing, Duration limit, OperationContext context) {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      discovery.refresh(context);
      boolean all =
          missing.stream()
              .allMatch(p -> discovery.find(p.resource().apiVersion(), p.id().kind()).isPresent());
      if (all || System.nanoTime() > end) {
        return;
      }
      context.pause(LOOK_FOR_KINDS, Stage.APPLY);
    }
  }

  /** Established, and every served version answers: the one comes a moment before the other. */
  private boolean served(Prepared definition, OperationContext context) {
    String path = definition.resource().objectPath("", definition.id().name());
    JsonNode spec = definition.body().path("spec");
    if (!established(get(path, context))) {
      return false;
    }
    for (JsonNode version : spec.path("versions")) {
      String list =
          "/apis/"
              + spec.path("group").asString("")
              + "/"
              + version.path("name").asString("")
              + "/"
              + spec.path("names").path("plural").asString("")
              + "?limit=1";
      if (version.path("served").asBoolean(false) && get(list, context).code() == 404) {
        return false;
      }
    }
    return true;
  }

  private static boolean established(KubeResponse definition) {
    for (JsonNode condition : definition.body().path("status").path("conditions")) {
      if (condition.path("type").asString("").equals("Established")
          && condition.path("status").asString("").equals("True")) {
        return true;
      }
    }
    return false;
  }

  private KubeResponse get(String path, OperationContext context) {
    try {
      return http.get(path, Map.of(), Stage.APPLY, context);
    } catch (ExecutionException e) {
      // Not there yet, or the server went: the limit ends the wait.
      return new KubeResponse(0, KubeHttp.JSON.missingNode(), 0, 0);
    }
  }
}
