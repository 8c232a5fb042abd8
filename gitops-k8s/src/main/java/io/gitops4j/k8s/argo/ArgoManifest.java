package io.gitops4j.k8s.argo;

import static java.util.stream.Collectors.joining;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.YamlLimits;
import io.gitops4j.k8s.internal.render.ManifestReader;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A file that holds one manifest of Argo CD. */
final class ArgoManifest {
  private static final String VERSION = "argoproj.io/v1alpha1";
  private static final String FLUX = ".toolkit.fluxcd.io";

  private ArgoManifest() {}

  /**
   * The one manifest.
   *
   * @throws ConfigurationException when the file holds several, or one of another kind
   * @throws io.gitops4j.error.RenderException when it is no manifest at all
   */
  static Manifest read(String file, byte[] content, String kind) {
    List<Manifest> manifests = ManifestReader.read(file, content, YamlLimits.standard());
    if (manifests.size() != 1) {
      String held = manifests.stream().map(m -> m.id().kind()).distinct().collect(joining(", "));
      throw new ConfigurationException(
          file,
          List.of(
              "it holds "
                  + manifests.size()
                  + " objects"
                  + (held.isEmpty() ? "" : " (" + held + ")")
                  + ", expected one "
                  + kind
                  + ": give each a file of its own"));
    }
    Manifest manifest = manifests.get(0);
    if (!manifest.id().kind().equals(kind) || !manifest.apiVersion().equals(VERSION)) {
      throw new ConfigurationException(
          manifest.origin().toString(),
          List.of(
              "it is "
                  + manifest.apiVersion()
                  + " "
                  + manifest.id().kind()
                  + ", expected "
                  + VERSION
                  + " "
                  + kind
                  + (manifest.id().group().endsWith(FLUX)
                      ? "; Flux is not run: write an Application for the path that it names"
                      : "")));
    }
    return manifest;
  }

  /** Whether it asks to be left alone for now. */
  static boolean skipped(Manifest manifest) {
    JsonNode annotations = manifest.object().path("metadata").path("annotations");
    return annotations.path(Application.SKIP).asString("").equals("true");
  }
}
