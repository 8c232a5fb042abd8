package io.gitops4j.k8s.flux;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.ExecPlugins;
import io.gitops4j.k8s.KubeconfigFeature;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigContent;
import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.ManifestRenderer;
import io.gitops4j.k8s.internal.client.KubeconfigText;
import io.gitops4j.k8s.internal.render.SecretData;
import io.gitops4j.model.Sensitive;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code spec.kubeConfig} of Flux's objects refers to: a Secret with a kubeconfig ({@code
 * secretRef}), or a ConfigMap that tells of a cluster ({@code configMapRef}). Neither may name
 * files of this machine; programs are run only by name. No message holds what they hold.
 */
public final class FluxKubeConfig {
  private static final List<String> KEYS = List.of("value", "value.yaml");
  private static final List<String> OF_CLOUDS = List.of("aws", "azure", "gcp");

  private FluxKubeConfig() {}

  /**
   * Takes the kubeconfig out of a Secret.
   *
   * @param file its name, for messages
   * @param secret YAML or JSON with exactly one object
   * @param key {@code secretRef.key}; empty for {@code value}, else {@code value.yaml}
   * @param plugins which programs may be run for its credential
   * @return the access
   * @throws ConfigurationException when it is no Secret, or has no such key
   * @throws io.gitops4j.error.RenderException when it is no manifest at all
   */
  public static KubeconfigContent secret(
      String file, byte[] secret, Optional<String> key, ExecPlugins plugins) {
    Manifest manifest = one(file, secret, "Secret");
    SecretData data = SecretData.ofSecret(manifest);
    List<String> keys = key.map(List::of).orElse(KEYS);
    String kubeconfig =
        keys.stream()
            .flatMap(k -> data.text(k).stream())
            .findFirst()
            .orElseThrow(
                () ->
                    wrong(
                        manifest,
                        "it has no kubeconfig under " + keys + ", only keys " + data.keys()));
    return new KubeconfigContent(Sensitive.of(kubeconfig), Optional.empty(), Set.of(), plugins);
  }

  /**
   * Takes a cluster out of a ConfigMap of the provider {@code generic}, which is logged in to with
   * a token of a service account.
   *
   * @param file its name, for messages
   * @param configMap YAML or JSON with exactly one object
   * @param token a file with such a token, for the audience that the ConfigMap names, which
   *     somebody renews: a projected volume of the pod
   * @return the access
   * @throws ConfigurationException when it is none, or of a cloud: those are reached by a
   *     kubeconfig that names the program of that cloud
   * @throws io.gitops4j.error.RenderException when it is no manifest at all
   */
  public static KubeconfigContent configMap(String file, byte[] configMap, Path token) {
    Manifest manifest = one(file, configMap, "ConfigMap");
    SecretData data = SecretData.ofConfigMap(manifest);
    String provider = data.text("provider").orElse("");
    if (OF_CLOUDS.contains(provider)) {
      throw wrong(
          manifest,
          "provider "
              + provider
              + " is not logged in to from here: give a Secret with a kubeconfig whose exec names"
              + " aws, kubelogin or gke-gcloud-auth-plugin, and allow that program by name");
    }
    if (!provider.equals("generic")) {
      throw wrong(manifest, "provider is none of generic, aws, azure and gcp");
    }
    String address = data.text("address").orElseThrow(() -> wrong(manifest, "address is missing"));
    KubeconfigText kubeconfig =
        new KubeconfigText(address.startsWith("http") ? address : "https://" + address);
    if (address.startsWith("http:")) {
      throw wrong(manifest, "address is not https: the token would be sent in the clear");
    }
    data.text("ca.crt")
        .ifPresent(
            ca ->
                kubeconfig
                    .cluster()
                    .put(
                        "certificate-authority-data",
                        Base64.getEncoder().encodeToString(ca.getBytes(StandardCharsets.UTF_8))));
    kubeconfig.user().put("tokenFile", token.toAbsolutePath().toString());
    return new KubeconfigContent(
        kubeconfig.text(),
        Optional.empty(),
        Set.of(KubeconfigFeature.FILES), // the one that the caller named
        ExecPlugins.none());
  }

  private static Manifest one(String file, byte[] content, String kind) {
    List<Manifest> manifests = ManifestRenderer.read(file, content);
    if (manifests.size() != 1
        || !manifests.get(0).id().kind().equals(kind)
        || !manifests.get(0).id().group().isEmpty()) {
      throw new ConfigurationException(file, List.of("it is not one " + kind));
    }
    return manifests.get(0);
  }

  private static ConfigurationException wrong(Manifest manifest, String what) {
    return new ConfigurationException(manifest.toString(), List.of(what));
  }
}
