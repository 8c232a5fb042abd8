package io.gitops4j.examples.infrastructure;

import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.ManifestRenderer;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.render.Renderer;
import io.gitops4j.source.Snapshot;
import io.gitops4j.terraform.TerraformOutput;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Manifests, and a Secret with the outputs of a Terraform target. Thread-safe. */
public final class OutputsRenderer implements Renderer<ManifestSet> {
  private static final JsonMapper JSON = new JsonMapper();

  private final Renderer<ManifestSet> manifests;
  private final String secret;
  private final Supplier<Map<String, TerraformOutput>> outputs;

  /** Adds a Secret of that name to what the other renders. */
  public OutputsRenderer(
      Renderer<ManifestSet> manifests,
      String secret,
      Supplier<Map<String, TerraformOutput>> outputs) {
    this.manifests = manifests;
    this.secret = secret;
    this.outputs = outputs;
  }

  @Override
  public Class<ManifestSet> desiredType() {
    return ManifestSet.class;
  }

  @Override
  public ManifestSet render(Snapshot snapshot, OperationContext context) {
    ManifestSet rendered = manifests.render(snapshot, context);
    ObjectNode object = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Secret");
    object.putObject("metadata").put("name", secret);
    ObjectNode data = object.putObject("stringData");
    outputs.get().forEach((name, output) -> data.put(name, text(output)));
    List<Manifest> all = new ArrayList<>(rendered.manifests());
    all.addAll(
        ManifestRenderer.read("outputs", object.toString().getBytes(StandardCharsets.UTF_8)));
    return new ManifestSet(rendered.revision(), all);
  }

  private static String text(TerraformOutput output) {
    JsonNode value = JSON.readTree(output.json().reveal());
    return value.isString() ? value.asString() : value.toString();
  }
}
