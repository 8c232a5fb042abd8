package io.gitops4j.examples.quickstart;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.examples.cli.ApplicationSession;
import io.gitops4j.examples.cli.ClusterAccess;
import io.gitops4j.examples.cli.OutcomeText;
import io.gitops4j.examples.cli.Terminal;
import io.gitops4j.gate.PruneConfirmation;
import io.gitops4j.k8s.ExecPlugins;
import io.gitops4j.k8s.argo.Application;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.k8s.testing.TestFolders;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.eclipse.jgit.revwalk.RevCommit;

/**
 * Plays one application through its life on a real API server, and ends with an error if any step
 * is not as it should be. Takes {@code --kubeconfig FILE} to play on a cluster that is there
 * already.
 */
public final class Quickstart {
  private static final String NAMESPACE = "gitops4j-quickstart";

  private final KubernetesClient client;
  private final ShopRepository repository;
  private final ApplicationSession session;
  private final OutcomeText text = new OutcomeText(System.out, Terminal.isThere());
  private int step;

  private Quickstart(
      KubernetesClient client, ShopRepository repository, ApplicationSession session) {
    this.client = client;
    this.repository = repository;
    this.session = session;
  }

  /** Plays. */
  public static void main(String[] arguments) throws IOException {
    Path work = Files.createTempDirectory("gitops4j-quickstart");
    try {
      if (arguments.length == 2 && arguments[0].equals("--kubeconfig")) {
        play(Path.of(arguments[1]), work);
      } else if (arguments.length == 0) {
        System.out.println("Starting a Kubernetes API server (built from source once, 4 minutes).");
        try (TestCluster cluster = TestCluster.start()) {
          play(cluster.kubeconfigFile(), work);
        }
      } else {
        System.err.println("usage: Quickstart [--kubeconfig FILE]");
        System.exit(2);
      }
    } catch (NotAsExpected e) {
      System.err.println("NOT AS IT SHOULD BE: " + e.getMessage());
      System.exit(1);
    } finally {
      TestFolders.delete(work);
    }
  }

  private static void play(Path kubeconfig, Path work) throws IOException {
    Config config =
        new ConfigBuilder(Config.fromKubeconfig(kubeconfig.toFile()))
            .withRequestRetryBackoffLimit(0)
            .build();
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build();
        ShopRepository repository = new ShopRepository(work.resolve("repository"))) {
      repository.writeApplication(NAMESPACE);
      repository.commit("alice", "The shop");
      Path app = work.resolve("app.yaml");
      Files.writeString(app, application(repository.url()));
      Application application = Application.read("app.yaml", Files.readAllBytes(app));
      try (ApplicationSession session =
          new ApplicationSession(
              application,
              Optional.empty(),
              ClusterAccess.of(application, kubeconfig, Optional.empty(), ExecPlugins.none()),
              work.resolve("cache"),
              PruneConfirmation.none(),
              new ReconcileListener() {})) {
        new Quickstart(client, repository, session).story();
      }
    }
  }

  private static String application(String url) {
    return """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata:
          name: quickstart
        spec:
          project: default
          source:
            repoURL: %s
            targetRevision: main
            path: k8s/app
          destination:
            server: https://kubernetes.default.svc
            namespace: %s
          syncPolicy:
            automated: {prune: true, selfHeal: true}
        """
        .formatted(url, NAMESPACE);
  }

  private void story() {
    ReconcileOutcome first = pass("First sync", Kind.APPLIED);
    expect(count(first, Action.CREATE) == 5, "five objects are created");
    pass("Nothing changed", Kind.IN_SYNC);

    repository.branch("newer-nginx");
    repository.overlay(NAMESPACE, "1.28.0");
    repository.commit("bob", "Use nginx 1.28");
    pass("A change on a branch, not merged yet", Kind.IN_SYNC);
    repository.merge("newer-nginx", "Merge newer-nginx");
    pass("The branch is merged", Kind.APPLIED);
    expect(image().equals("nginx:1.28.0"), "the new image is live");

    scaleByHand();
    ReconcileOutcome healed = pass("Somebody scales by hand: drift, healed", Kind.APPLIED);
    expect(
        changes(healed).stream()
            .filter(c -> c.reason() == Reason.DRIFTED)
            .flatMap(c -> c.fields().stream())
            .anyMatch(f -> f.writer().map(w -> w.manager().equals("mallory")).orElse(false)),
        "the drift names who wrote it");
    expect(deployment().getSpec().getReplicas() == 2, "two replicas again");

    repository.delete("k8s/base/configmap.yaml");
    repository.write(
        "k8s/base/kustomization.yaml",
        "resources: [namespace.yaml, deployment.yaml, service.yaml, secret.yaml]\n");
    RevCommit removal = repository.commit("carol", "The settings are not needed");
    ReconcileOutcome pruned = pass("A file is removed: pruned", Kind.APPLIED);
    expect(count(pruned, Action.DELETE) == 1, "one object is removed");
    expect(settingsAreGone(), "the ConfigMap is gone");

    repository.revert(removal);
    pass("The commit is reverted: rolled back", Kind.APPLIED);
    expect(!settingsAreGone(), "the ConfigMap is back");

    emptyTheCluster();
    ReconcileOutcome restored = pass("The cluster is emptied: restored from Git", Kind.APPLIED);
    expect(count(restored, Action.CREATE) == 4, "four objects are created again");
    pass("All is as Git says", Kind.IN_SYNC);
    System.out.println("\nDone: every step was as it should be.");
  }

  private ReconcileOutcome pass(String title, Kind expected) {
    System.out.println("\n" + ++step + ". " + title);
    ReconcileOutcome outcome = session.reconciler().reconcile();
    text.print(outcome);
    expect(outcome.kind() == expected, title + " ends " + expected + ", not " + outcome.kind());
    return outcome;
  }

  private static List<Change> changes(ReconcileOutcome outcome) {
    return outcome.madePlan().map(Plan::changes).orElse(List.of());
  }

  private static long count(ReconcileOutcome outcome, Action action) {
    Predicate<Change> same = c -> c.action() == action;
    return changes(outcome).stream().filter(same).count();
  }

  private void scaleByHand() {
    client
        .apps()
        .deployments()
        .inNamespace(NAMESPACE)
        .withName("web")
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.JSON_MERGE)
                .withFieldManager("mallory")
                .build(),
            "{\"spec\":{\"replicas\":5}}");
  }

  private void emptyTheCluster() {
    client.apps().deployments().inNamespace(NAMESPACE).withName("web").delete();
    client.services().inNamespace(NAMESPACE).withName("web").delete();
    client.configMaps().inNamespace(NAMESPACE).withName("settings").delete();
    client.secrets().inNamespace(NAMESPACE).withName("payment").delete();
    client.secrets().inNamespace("gitops4j").delete();
  }

  private Deployment deployment() {
    return Objects.requireNonNull(
        client.apps().deployments().inNamespace(NAMESPACE).withName("web").get());
  }

  private String image() {
    return deployment().getSpec().getTemplate().getSpec().getContainers().get(0).getImage();
  }

  private boolean settingsAreGone() {
    return client.configMaps().inNamespace(NAMESPACE).withName("settings").get() == null;
  }

  private static void expect(boolean holds, String what) {
    if (!holds) {
      throw new NotAsExpected(what);
    }
  }

  /** A step that did not go as it should. */
  private static final class NotAsExpected extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotAsExpected(String what) {
      super(what);
    }
  }
}
