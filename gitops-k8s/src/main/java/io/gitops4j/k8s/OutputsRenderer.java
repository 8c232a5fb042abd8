package io.gitops4j.k8s;

import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.model.Digest;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.render.OncePerTry;
import io.gitops4j.render.Output;
import io.gitops4j.render.Outputs;
import io.gitops4j.render.Renderer;
import io.gitops4j.source.Snapshot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Manifests, and a Secret with what another target gives: a text as it is, anything else as JSON.
 * When an output changed, an unchanged revision is rendered again. Thread-safe.
 */
public final class OutputsRenderer implements Renderer<ManifestSet> {
  private final Renderer<ManifestSet> manifests;
  private final String secret;
  private final OncePerTry outputs;

  private OutputsRenderer(Renderer<ManifestSet> manifests, String secret, Outputs outputs) {
    this.manifests = Objects.requireNonNull(manifests, "manifests");
    this.secret = Objects.requireNonNull(secret, "secret");
    this.outputs = outputs.oncePerTry();
  }

  /**
   * Adds a Secret to what another renderer makes.
   *
   * @param manifests the other renderer
   * @param secret the name of the Secret, in the target's namespace
   * @param outputs what it holds, by name
   * @return the renderer
   */
  public static OutputsRenderer secret(
      Renderer<ManifestSet> manifests, String secret, Outputs outputs) {
    return new OutputsRenderer(manifests, secret, outputs);
  }

  @Override
  public Class<ManifestSet> desiredType() {
    return ManifestSet.class;
  }

  @Override
  public Optional<Digest> inputs(OperationContext context) {
    StringBuilder all = new StringBuilder();
    manifests.inputs(context).ifPresent(d -> all.append(d).append('\n'));
    new TreeMap<>(outputs.anew(context))
        .forEach((name, output) -> all.append(name).append('=').append(text(output)).append('\0'));
    return Optional.of(Digest.sha256(all.toString()));
  }

  @Override
  public ManifestSet render(Snapshot snapshot, OperationContext context) {
    ManifestSet rendered = manifests.render(snapshot, context);
    ObjectNode object = KubeHttp.JSON.createObjectNode().put("apiVersion", "v1");
    object.put("kind", "Secret").putObject("metadata").put("name", secret);
    ObjectNode data = object.putObject("stringData");
    new TreeMap<>(outputs.read(context)).forEach((name, output) -> data.put(name, text(output)));
    List<Manifest> all = new ArrayList<>(rendered.manifests());
    all.addAll(
        ManifestRenderer.read("outputs", object.toString().getBytes(StandardCharsets.UTF_8)));
    return new ManifestSet(rendered.revision(), all);
  }

  private static String text(Output output) {
    JsonNode value = KubeHttp.JSON.readTree(output.json().reveal());
    return value.isString() ? value.asString() : value.toString();
  }
}
