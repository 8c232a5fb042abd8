package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import io.gitops4j.GitOps;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.tck.InMemorySource;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HookCrashIT {
  private static final Map<String, String> FILES =
      Map.of(
          "app/before.yaml",
          hook("before", "PreSync", "BeforeHookCreation"),
          "app/swept.yaml",
          hook("swept", "PreSync", "HookSucceeded"),
          "app/named.yaml",
          hook("named-", "Sync", "BeforeHookCreation").replace("name:", "generateName:"),
          "app/object.yaml",
          SimulatedTarget.map("object", "", "one"),
          "app/late.yaml",
          SimulatedTarget.map("late", "argocd.argoproj.io/sync-wave: '1'", "one"),
          "app/after.yaml",
          hook("after", "PostSync", "BeforeHookCreation"));

  private final TestCluster cluster = TestCluster.shared();

  private static String hook(String name, String phase, String policy) {
    return SimulatedTarget.map(
        name,
        "argocd.argoproj.io/hook: " + phase + ", argocd.argoproj.io/hook-delete-policy: " + policy,
        "one");
  }

  @Test
  @DisplayName("a process killed at any request resumes, and no hook runs twice or never")
  void resumes() throws Exception {
    int requests = requestsOfAll();
    assertThat(requests).as("what a hooked sync asks").isBetween(20, 80);
    long seed = System.nanoTime();
    System.out.println("seed of the crash points: " + seed);
    List<Integer> points =
        Boolean.getBoolean("gitops4j.exhaustive")
            ? IntStream.range(0, 2 * requests).boxed().toList()
            : new Random(seed).ints(3, 0, 2 * requests).boxed().toList();
    for (int point : points) {
      killAt(point);
    }
  }

  private int requestsOfAll() {
    String namespace = cluster.createNamespace("count");
    AtomicInteger count = new AtomicInteger();
    sync(cluster.kubeconfigFile(), namespace, (before, after) -> count.addAndGet(before));
    return count.get();
  }

  private void killAt(int point) throws Exception {
    String namespace = cluster.createNamespace("killed");
    List<String> made = new CopyOnWriteArrayList<>();
    try (Watch watch =
        cluster.client().configMaps().inNamespace(namespace).watch(new Creations(made))) {
      assertThat(watch).isNotNull();
      Process victim =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Victim.class.getName(),
                  cluster.kubeconfigFile().toString(),
                  namespace,
                  Integer.toString(point))
              .redirectErrorStream(true)
              .redirectOutput(new File("target", "hook-victim.log"))
              .start();
      assertThat(victim.waitFor()).as("it was killed at point %s", point).isEqualTo(KILLED);

      assertThat(sync(cluster.kubeconfigFile(), namespace, (before, after) -> {}))
          .as("after a kill at point %s", point)
          .containsOnlyOnce(Kind.IN_SYNC);
      cluster
          .client()
          .resource(SimulatedTarget.map("end", "", "one"))
          .inNamespace(namespace)
          .create();
      await().until(() -> made.contains("end"));

      assertThat(made)
          .as("made in all, with a kill at point %s", point)
          .extracting(name -> name.startsWith("named-") ? "named-" : name)
          .containsExactlyInAnyOrder("before", "swept", "named-", "object", "late", "after", "end");
      assertThat(cluster.client().configMaps().inNamespace(namespace).withName("swept").get())
          .isNull();
    }
  }

  private static final int KILLED = 137;

  /** Hears of every request: one more before, or after it. */
  private interface Counter {
    void count(int before, int after);
  }

  /** Passes until nothing is left to do; how each ended. */
  private static List<Kind> sync(Path kubeconfig, String namespace, Counter counter) {
    InMemorySource source = new InMemorySource();
    source.commit("all", FILES);
    List<Kind> kinds = new ArrayList<>();
    try (KubernetesClient client = client(kubeconfig, counter);
        KubernetesDestination destination =
            KubernetesDestination.connect(
                KubernetesConfig.builder(new KubernetesConfig.LentClient(client))
                    .namespace(namespace)
                    .stateNamespace(namespace)
                    .concurrency(1)
                    .build())) {
      Reconciler<ManifestSet> reconciler =
          GitOps.target(namespace)
              .source(source)
              .renderer(ManifestRenderer.path("app"))
              .destination(destination)
              .build();
      while (kinds.size() < 3 && !kinds.contains(Kind.IN_SYNC)) {
        kinds.add(reconciler.reconcile().kind());
      }
    }
    return kinds;
  }

  private static KubernetesClient client(Path kubeconfig, Counter counter) {
    try {
      Config config =
          new ConfigBuilder(Config.fromKubeconfig(Files.readString(kubeconfig)))
              .withRequestRetryBackoffLimit(0)
              .build();
      return new KubernetesClientBuilder()
          .withConfig(config)
          .withHttpClientFactory(new OkHttpClientFactory())
          .withHttpClientBuilderConsumer(
              http ->
                  http.addOrReplaceInterceptor(
                      "counter",
                      new Interceptor() {
                        @Override
                        public void before(
                            BasicBuilder builder, HttpRequest request, RequestTags tags) {
                          counter.count(1, 0);
                        }

                        @Override
                        public void after(
                            HttpRequest request,
                            HttpResponse<?> response,
                            AsyncBody.Consumer<List<ByteBuffer>> consumer) {
                          counter.count(0, 1);
                        }
                      }))
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names of all ConfigMaps ever made. */
  private record Creations(List<String> names) implements Watcher<ConfigMap> {
    @Override
    public void eventReceived(Action action, ConfigMap map) {
      if (action == Action.ADDED) {
        names.add(map.getMetadata().getName());
      }
    }

    @Override
    public void onClose(WatcherException cause) {
      names.add("the watch ended: " + cause);
    }
  }

  /** The process that is killed: right before a request is sent, or right after it is answered. */
  static final class Victim {
    private Victim() {}

    public static void main(String[] arguments) {
      int point = Integer.parseInt(arguments[2]);
      AtomicInteger befores = new AtomicInteger();
      AtomicInteger afters = new AtomicInteger();
      sync(
          Path.of(arguments[0]),
          arguments[1],
          (before, after) -> {
            boolean now =
                before == 1 && befores.getAndIncrement() * 2 == point
                    || after == 1 && afters.getAndIncrement() * 2 + 1 == point;
            if (now) {
              // As a SIGKILL: nothing is closed, saved or told.
              Runtime.getRuntime().halt(KILLED);
            }
          });
    }
  }
}
