package io.gitops4j.examples.plugins;

import io.gitops4j.error.RenderException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.render.Renderer;
import io.gitops4j.source.Snapshot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A namespace for every line of a file. */
public final class TeamRenderer implements Renderer<ManifestSet> {
  private static final String FILE = "teams.txt";

  @Override
  public Class<ManifestSet> desiredType() {
    return ManifestSet.class;
  }

  @Override
  public ManifestSet render(Snapshot snapshot, OperationContext context) {
    context.checkActive(Stage.RENDER);
    List<String> teams =
        new String(snapshot.read(FILE), StandardCharsets.UTF_8).lines().map(String::strip).toList();
    List<Manifest> manifests = new ArrayList<>();
    for (int line = 1; line <= teams.size(); line++) {
      manifests.add(namespace(teams.get(line - 1), new Manifest.Origin(FILE, 1, line)));
    }
    return new ManifestSet(snapshot.revision(), manifests);
  }

  private static Manifest namespace(String team, Manifest.Origin origin) {
    if (!team.matches("[a-z][a-z0-9-]{1,40}")) {
      throw new RenderException(
          "TEAM-NAME",
          Retryability.RETRY_ON_CHANGE,
          origin.toString(),
          "'" + team + "' is no name of a team",
          "write small letters, digits and dashes",
          null);
    }
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("apiVersion", "v1").put("kind", "Namespace");
    object.putObject("metadata").put("name", "team-" + team).putObject("labels").put("team", team);
    return new Manifest(new ResourceId("", "Namespace", "", "team-" + team), "v1", object, origin);
  }
}
