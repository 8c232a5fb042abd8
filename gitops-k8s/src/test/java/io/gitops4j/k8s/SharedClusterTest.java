package io.gitops4j.k8s;

import static org.awaitility.Awaitility.await;

import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Sensitive;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.LiveListener;
import io.gitops4j.reconcile.LiveWatch;
import java.lang.ref.WeakReference;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Destinations come and go; the cluster that they share stays. */
class SharedClusterTest {
  private static final String KUBECONFIG =
      """
      current-context: c
      contexts: [{name: c, context: {cluster: c, user: u}}]
      clusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]
      users: [{name: u, user: {token: t}}]
      """;

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final KubernetesCluster cluster =
      KubernetesCluster.builder(
              new KubernetesConfig.KubeconfigContent(Sensitive.of(KUBECONFIG), Optional.empty()))
          .watch(timer)
          .connect();

  private static final class Listener implements LiveListener {
    @Override
    public void moved(TargetId target, Optional<ResourceId> thing) {}
  }

  @AfterEach
  void close() {
    cluster.close();
    timer.shutdownNow();
  }

  @Test
  @DisplayName("a listener is let go when its watch is closed, while its destination goes on")
  void closedWatch() {
    try (KubernetesDestination destination = destination()) {
      awaitGone(listen(destination, LiveWatch::close));
    }
  }

  @Test
  @DisplayName("a closed destination of a shared cluster lets go of who listened")
  void closedDestination() {
    KubernetesDestination destination = destination();
    WeakReference<LiveListener> listener = listen(destination, watch -> destination.close());
    awaitGone(listener);
  }

  private static WeakReference<LiveListener> listen(
      KubernetesDestination destination, Consumer<LiveWatch> ending) {
    LiveListener listener = new Listener();
    ending.accept(destination.watch(listener).orElseThrow());
    return new WeakReference<>(listener);
  }

  private static void awaitGone(WeakReference<LiveListener> listener) {
    await()
        .until(
            () -> {
              System.gc();
              return listener.get() == null;
            });
  }

  private KubernetesDestination destination() {
    return KubernetesDestination.connect(
        KubernetesConfig.builder(new KubernetesConfig.SharedCluster(cluster))
            .namespace("shop")
            .build());
  }
}
