package io.gitops4j.examples.rollback;

import io.gitops4j.GitOps;
import io.gitops4j.controller.GitOpsController;
import io.gitops4j.git.GitSource;
import io.gitops4j.git.Revert;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.ManifestRenderer;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.AutoRollback;
import io.gitops4j.reconcile.Destination;
import io.gitops4j.reconcile.HistoryEntry;
import io.gitops4j.reconcile.Pin;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.reconcile.Rollback;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The ways back: by a pin, by itself, and in Git. */
public final class GoingBack {
  private GoingBack() {}

  /** Back to the earlier revision; somebody may look at the plan before. */
  public static ReconcileOutcome rollback(
      Reconciler<?> reconciler,
      Destination<?> destination,
      Predicate<ReconcileOutcome> agreed,
      OperationContext context) {
    List<HistoryEntry> history = destination.history().list(reconciler.target(), context);
    Optional<HistoryEntry> good =
        history.stream()
            .findFirst()
            .flatMap(newest -> Rollback.earlier(newest.revision(), history));
    Rollback wish =
        Rollback.to(good.orElseThrow(), "ann@example.com", "checkout fails since 2.4")
            .hooks(Pin.Hooks.SKIP);

    ReconcileOutcome shown = reconciler.planRollback(wish, context);
    return agreed.test(shown) ? reconciler.rollback(wish, context) : shown;
  }

  /** Forward again, once the source has something better. */
  public static ReconcileOutcome release(Reconciler<?> reconciler, OperationContext context) {
    reconciler.release(context);
    return reconciler.reconcile(context);
  }

  /** Back by itself. */
  public static Reconciler<ManifestSet> autoRollback(
      GitSource source, KubernetesDestination destination) {
    Reconciler<ManifestSet> reconciler =
        GitOps.target("shop")
            .source(source)
            .renderer(ManifestRenderer.path("deploy/production"))
            .destination(destination)
            .autoRollback(AutoRollback.within(Duration.ofMinutes(10)))
            .build();
    return reconciler;
  }

  /** Back in Git. */
  public static Revert.Pushed revert(
      GitSource source, HistoryEntry good, OperationContext context) {
    Revert.Pushed pushed =
        source.revert(
            Revert.to(
                    good.revision(),
                    new Revert.Author("Ann", "ann@example.com"),
                    "checkout fails since 2.4")
                .below("deploy/production")
                .onNewBranch("revert-2.4"),
            context);
    return pushed;
  }

  /** Under a controller. */
  public static void controlled(
      GitOpsController controller, Rollback wish, OperationContext context) {
    Pin pin = controller.rollback(new TargetId("shop"), wish, context);
    controller.release(new TargetId("shop"), context);
  }
}
