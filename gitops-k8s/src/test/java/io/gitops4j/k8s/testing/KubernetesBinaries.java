package io.gitops4j.k8s.testing;

import io.gitops4j.testing.GoPrograms;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds kube-apiserver and etcd: in {@code KUBEBUILDER_ASSETS}, in the cache, or builds them once
 * from the Go modules that the project names, which takes some minutes.
 *
 * @param folder that holds both
 */
public record KubernetesBinaries(Path folder) {
  static final String VERSION = "v1.36.3";
  private static final String STAMP = "k8s.io/component-base/version";
  private static final List<GoPrograms.Program> PROGRAMS =
      List.of(
          new GoPrograms.Program(
              "kube-apiserver",
              "k8s.io/kubernetes/cmd/kube-apiserver",
              "-s -w -X %s.gitVersion=%s -X %s.gitMajor=1 -X %s.gitMinor=36"
                  .formatted(STAMP, VERSION, STAMP, STAMP)),
          new GoPrograms.Program("etcd", "go.etcd.io/etcd/server/v3", "-s -w"));

  /** The API server. */
  public Path apiServer() {
    return folder.resolve("kube-apiserver");
  }

  /** Its database. */
  public Path etcd() {
    return folder.resolve("etcd");
  }

  /**
   * Finds or builds them.
   *
   * @throws IllegalStateException that says why each way failed
   */
  public static KubernetesBinaries locate() {
    List<String> reasons = new ArrayList<>();
    String assets = System.getenv("KUBEBUILDER_ASSETS");
    if (assets == null) {
      reasons.add("KUBEBUILDER_ASSETS is not set");
    } else {
      if (GoPrograms.present(Path.of(assets), PROGRAMS)) {
        return new KubernetesBinaries(Path.of(assets));
      }
      reasons.add("KUBEBUILDER_ASSETS=" + assets + " holds no kube-apiserver and etcd");
    }
    try {
      return new KubernetesBinaries(
          GoPrograms.built(
              GoPrograms.cacheFolder("kube", VERSION), KubernetesBinaries.class, "kube", PROGRAMS));
    } catch (IOException e) {
      reasons.add("building them with go failed: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reasons.add("building them was interrupted");
    }
    throw new IllegalStateException(
        "no Kubernetes API server for the tests: " + String.join("; ", reasons));
  }
}
