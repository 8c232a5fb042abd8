package io.gitops4j.k8s;

import io.gitops4j.apply.Actuation;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.FieldChange;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.Failure;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.k8s.internal.apply.EventNote;
import io.gitops4j.k8s.internal.apply.EventNote.Type;
import io.gitops4j.k8s.internal.apply.EventRecorder;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.TargetEvent;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes Kubernetes Events ({@code events.k8s.io/v1}) about what it hears: about an object that
 * stands for a target, about the objects that changed, or both. A pass never waits for it, and one
 * that finds nothing to do makes no request, and one that stops at the plan is not told. Needs the
 * permission to create and patch Events, and to get what they are about. Its words are listed in
 * {@code docs/metrics.md}. Thread-safe.
 */
public final class KubernetesEvents implements ReconcileListener, AutoCloseable {
  private static final String FAILED = "ReconciliationFailed";

  private final EventRecorder recorder;
  private final @Nullable Function<TargetId, Owner> owners;
  private final boolean objects;

  /** Of passes that have not begun to write. */
  private final Map<TargetId, Revision> pending = new ConcurrentHashMap<>();

  /** Passes that stop at the plan: of somebody's look at a target there is nothing to tell. */
  private final Set<String> looks = ConcurrentHashMap.newKeySet();

  private KubernetesEvents(Builder builder) {
    recorder =
        new EventRecorder(
            builder.cluster.http(EventRecorder.LIMIT, 2),
            builder.cluster.discovery(),
            builder.executor,
            Clock.systemUTC(),
            builder.instance);
    owners = builder.owners;
    objects = builder.objects;
  }

  /**
   * An object that stands for a target, such as its Application or Kustomization.
   *
   * @param apiVersion as in its manifest
   * @param kind as in its manifest
   * @param namespace where it lives; empty for an object of the whole cluster
   * @param name its name
   */
  public record Owner(String apiVersion, String kind, String namespace, String name) {
    /** Checks that no part is missing. */
    public Owner {
      Objects.requireNonNull(apiVersion, "apiVersion");
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(namespace, "namespace");
      Objects.requireNonNull(name, "name");
    }
  }

  /**
   * Begins to describe what Events are written about.
   *
   * @param cluster where they are written
   * @param executor that writes them, one at a time; lent
   * @return a builder that needs {@link Builder#about} or {@link Builder#aboutObjects}
   */
  public static Builder builder(KubernetesCluster cluster, Executor executor) {
    return new Builder(cluster, executor);
  }

  @Override
  public void started(ReconcileEvent.Started event) {
    if (!event.applies()) {
      looks.add(event.operationId());
    }
  }

  @Override
  public void compared(ReconcileEvent.Compared event) {
    pending.put(event.target(), event.plan().desired().revision());
  }

  @Override
  public void changed(ReconcileEvent.Changed event) {
    ChangeResult result = event.result();
    Change change = result.change();
    if (!change.action().writes()) {
      return;
    }
    Revision begun = pending.remove(event.target());
    if (begun != null) {
      target(event.target(), Type.NORMAL, "Progressing", "applying " + text(begun));
    }
    result
        .failure()
        .filter(f -> result.actuation() == Actuation.FAILED)
        .ifPresent(f -> object(event.target(), change.id(), Type.WARNING, reason(f), f.message()));
    if (result.actuation() == Actuation.SUCCEEDED && result.failure().isEmpty()) {
      object(event.target(), change.id(), Type.NORMAL, done(change), change.note());
      if (result.health().status() == HealthStatus.DEGRADED) {
        String message = result.health().message();
        object(event.target(), change.id(), Type.WARNING, "HealthCheckFailed", message);
      }
    }
  }

  private static String done(Change change) {
    return switch (change.action()) {
      case CREATE -> "ResourceCreated";
      case REPLACE -> "ResourceReplaced";
      case DELETE -> "ResourceDeleted";
      case UPDATE, NONE, SKIP -> "ResourceUpdated";
    };
  }

  @Override
  public void drifted(ReconcileEvent.Drifted event) {
    if (looks.contains(event.operationId())) {
      return;
    }
    Change change = event.change();
    String fields =
        change.fields().stream().limit(10).map(FieldChange::path).collect(Collectors.joining(", "));
    String writers =
        change.fields().stream()
            .flatMap(f -> f.writer().stream())
            .map(FieldChange.Writer::manager)
            .distinct()
            .collect(Collectors.joining(", "));
    String note =
        (fields.isEmpty() ? change.reason().name() : fields + " changed")
            + (writers.isEmpty() ? "" : " by " + writers);
    object(event.target(), change.id(), Type.WARNING, "DriftDetected", note);
    target(event.target(), Type.WARNING, "DriftDetected", change.id() + ": " + note);
  }

  @Override
  public void contested(ReconcileEvent.Contested event) {
    String note = event.fight().message();
    object(event.target(), event.fight().id(), Type.WARNING, "DriftContested", note);
    target(event.target(), Type.WARNING, "DriftContested", note);
  }

  @Override
  public void goesBack(ReconcileEvent.GoesBack event) {
    target(event.target(), Type.WARNING, "RolledBack", event.pin().message());
  }

  @Override
  public void finished(ReconcileEvent.Finished event) {
    TargetId target = event.target();
    ReconcileOutcome outcome = event.outcome();
    pending.remove(target);
    if (looks.remove(event.operationId())) {
      return;
    }
    if (outcome instanceof ReconcileOutcome.Planned planned) {
      target(target, Type.NORMAL, "ReconciliationHeld", planned.reason());
    } else if (outcome instanceof ReconcileOutcome.Applied applied) {
      String note = revision(outcome) + counts(applied.outcome());
      target(target, Type.NORMAL, "ReconciliationSucceeded", note);
    } else if (outcome instanceof ReconcileOutcome.Incomplete incomplete) {
      String note =
          incomplete.outcome().failures().stream()
              .limit(3)
              .map(Failure::message)
              .collect(Collectors.joining("; "));
      String reason = outcome.firstFailure().map(KubernetesEvents::reason).orElse(FAILED);
      target(target, Type.WARNING, reason, revision(outcome) + note);
    } else if (outcome instanceof ReconcileOutcome.Failed failed) {
      String note = revision(outcome) + failed.failure().message();
      target(target, Type.WARNING, reason(failed.failure()), note);
    }
  }

  private static String revision(ReconcileOutcome outcome) {
    return outcome.pass().revision().map(r -> text(r) + ": ").orElse("");
  }

  private static String text(Revision revision) {
    return revision.reference() + "@" + revision.digest().abbreviated(12);
  }

  private static String counts(Outcome outcome) {
    return outcome.results().stream()
        .filter(r -> r.change().action().writes())
        .collect(Collectors.groupingBy(r -> r.change().action(), Collectors.counting()))
        .entrySet()
        .stream()
        .sorted(Map.Entry.comparingByKey())
        .map(e -> e.getValue() + " " + e.getKey().name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  /** The words of kustomize-controller, where it has one for the stage. */
  private static String reason(Failure failure) {
    return switch (failure.stage()) {
      case SOURCE -> "ArtifactFailed";
      case RENDER -> "BuildFailed";
      case HEALTH -> "HealthCheckFailed";
      case CONFIGURE, DIFF, GATE, APPLY, INVENTORY, PASS -> FAILED;
    };
  }

  @Override
  public void waiting(TargetEvent.Waiting event) {
    target(event.target(), Type.NORMAL, "DependencyNotReady", event.reason());
  }

  @Override
  public void quarantined(TargetEvent.Quarantined event) {
    String note = "left alone after " + event.failed() + " passes: " + event.failure().message();
    target(event.target(), Type.WARNING, "Stalled", note);
  }

  @Override
  public void released(TargetEvent.Released event) {
    target(event.target(), Type.NORMAL, "Released", event.reason());
  }

  @Override
  public void suspended(TargetEvent.Suspended event) {
    target(event.target(), Type.NORMAL, "Suspended", "no passes until it is resumed");
  }

  @Override
  public void resumed(TargetEvent.Resumed event) {
    target(event.target(), Type.NORMAL, "Resumed", "passes run again");
  }

  @Override
  public void stuck(TargetEvent.Stuck event) {
    target(event.target(), Type.WARNING, "Stuck", "a pass does not end");
  }

  /** Writes no more. The executor and the cluster are not closed. */
  @Override
  public void close() {
    recorder.close();
  }

  private void target(TargetId target, Type type, String reason, String note) {
    if (owners != null) {
      Owner owner = owners.apply(target);
      recorder.tell(
          new EventNote(
              target,
              new EventNote.Regarding(
                  owner.apiVersion(), "", owner.kind(), owner.namespace(), owner.name()),
              type,
              reason,
              note));
    }
  }

  private void object(TargetId target, ResourceId id, Type type, String reason, String note) {
    if (objects) {
      recorder.tell(
          new EventNote(
              target,
              new EventNote.Regarding("", id.group(), id.kind(), id.namespace(), id.name()),
              type,
              reason,
              "target " + target.name() + (note.isEmpty() ? "" : ": " + note)));
    }
  }

  /** Says what Events are about. Not thread-safe. */
  public static final class Builder {
    private final KubernetesCluster cluster;
    private final Executor executor;
    private @Nullable Function<TargetId, Owner> owners;
    private boolean objects;
    private String instance = "gitops4j";

    private Builder(KubernetesCluster cluster, Executor executor) {
      this.cluster = Objects.requireNonNull(cluster, "cluster");
      this.executor = Objects.requireNonNull(executor, "executor");
    }

    /**
     * Events about what happens to a target.
     *
     * @param owner the object that stands for it
     * @return this
     */
    public Builder about(Function<TargetId, Owner> owner) {
      owners = Objects.requireNonNull(owner, "owner");
      return this;
    }

    /**
     * Events about each object that is written, fails, or has drifted.
     *
     * @return this
     */
    public Builder aboutObjects() {
      objects = true;
      return this;
    }

    /**
     * Who reports, such as the name of this pod. Default: {@code gitops4j}.
     *
     * @param name 1 to 128 characters
     * @return this
     */
    public Builder instance(String name) {
      instance = Objects.requireNonNull(name, "name");
      return this;
    }

    /**
     * Checks everything; contacts nothing.
     *
     * @return the listener; the caller closes it before the cluster
     * @throws ConfigurationException that lists all problems
     */
    public KubernetesEvents build() {
      List<String> problems = new ArrayList<>();
      if (owners == null && !objects) {
        problems.add("say what Events are about: a target's owner, its objects, or both");
      }
      if (instance.isEmpty() || instance.length() > 128) {
        problems.add("instance must have 1 to 128 characters");
      }
      if (!problems.isEmpty()) {
        throw new ConfigurationException("Kubernetes Events", problems);
      }
      return new KubernetesEvents(this);
    }
  }
}
