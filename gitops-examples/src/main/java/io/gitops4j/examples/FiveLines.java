package io.gitops4j.examples;

import io.gitops4j.GitOps;
import io.gitops4j.git.GitSource;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.ManifestRenderer;
import io.gitops4j.reconcile.ReconcileOutcome;
import java.nio.file.Path;

/** The smallest embedding. README.md quotes it. */
public final class FiveLines {
  private FiveLines() {}

  /** One pass: fetch, render, compare, apply, prune, record. */
  public static ReconcileOutcome reconcile(String url, Path cache, Path kubeconfig) {
    // README: begin
    var config = KubernetesConfig.builder(kubeconfig).namespace("shop").build();
    try (var source = GitSource.builder(url).reference("main").cacheDirectory(cache).build();
        var cluster = KubernetesDestination.connect(config)) {
      var renderer = ManifestRenderer.path("k8s/app");
      var shop = GitOps.target("shop").source(source).renderer(renderer).destination(cluster);
      return shop.build().reconcile();
    }
    // README: end
  }
}
