package io.gitops4j.k8s.internal.observe;

import io.gitops4j.error.Stage;
import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.internal.client.KubeFailures;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** All Secrets of a namespace that match, whole. */
public final class SecretList {
  private static final String PAGE = "500";

  private SecretList() {}

  /**
   * Reads them, page by page.
   *
   * @throws io.gitops4j.error.DiffException when a page is missing
   */
  public static List<Manifest> read(
      KubeHttp http, String namespace, String labels, OperationContext context) {
    String path = "/api/v1/namespaces/" + namespace + "/secrets";
    String subject = "Secrets of namespace " + namespace;
    List<Manifest> found = new ArrayList<>();
    String next = "";
    do {
      Map<String, String> query = new LinkedHashMap<>(Map.of("labelSelector", labels));
      query.put("limit", PAGE);
      if (!next.isEmpty()) {
        query.put("continue", next);
      }
      KubeResponse answer;
      try {
        answer = http.patiently(() -> http.send("GET", path, query, "", ""), Stage.DIFF, context);
      } catch (ExecutionException e) {
        throw KubeFailures.cannotLook(KubeFailures.lost(Stage.DIFF, subject, http.server(), e));
      }
      if (!answer.ok() || !answer.body().path("kind").asString("").equals("SecretList")) {
        throw KubeFailures.cannotLook(KubeFailures.of(Stage.DIFF, subject, answer));
      }
      for (JsonNode item : answer.body().path("items")) {
        JsonNode metadata = item.path("metadata");
        ResourceId id =
            new ResourceId(
                "",
                "Secret",
                metadata.path("namespace").asString(""),
                metadata.path("name").asString(""));
        found.add(
            new Manifest(id, "v1", (ObjectNode) item, new Manifest.Origin(http.server(), 1, 1)));
      }
      next = answer.body().path("metadata").path("continue").asString("");
    } while (!next.isEmpty());
    return found;
  }
}
