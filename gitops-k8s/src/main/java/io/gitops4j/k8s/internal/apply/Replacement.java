package io.gitops4j.k8s.internal.apply;

import io.gitops4j.error.Failure;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.k8s.internal.client.KubeFailures;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.k8s.internal.diff.FieldConflicts;
import io.gitops4j.k8s.internal.diff.Prepared;
import io.gitops4j.k8s.internal.diff.Refusals;
import io.gitops4j.k8s.internal.diff.SecretValues;
import io.gitops4j.k8s.internal.ignore.ContestedFields.Contest;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;

/**
 * Deletes and makes anew what cannot be changed where it stands. Nothing is deleted before the
 * server took a dry run of what comes in its place, and nothing but what was compared.
 */
final class Replacement {
  /** How long finalizers may hold what is deleted. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final Duration LOOK = Duration.ofMillis(100);

  private final KubeHttp http;
  private final Writer writer;
  private final Refusals refusals;

  Replacement(KubeHttp http, Writer writer) {
    this.http = http;
    this.writer = writer;
    this.refusals = new Refusals(http);
  }

  /** Replaces all; each ends in one result. */
  void run(List<Write> writes, BiConsumer<Write, Writer.Result> done, OperationContext context) {
    List<Write> removals = new ArrayList<>();
    for (Write write : writes) {
      Optional<Failure> refusal = refusal(write, context);
      refusal.ifPresentOrElse(
          f -> done.accept(write, failed(f)), () -> removals.add(write.removal()));
    }
    List<Write> creations = new ArrayList<>();
    writer.sendAll(
        removals,
        (removal, answer) -> {
          Write write =
              writes.stream().filter(w -> w.id().equals(removal.id())).findFirst().orElseThrow();
          if (answer.failure().isPresent()) {
            done.accept(write, answer);
          } else {
            creations.add(write);
          }
        },
        context);
    long end = System.nanoTime() + LIMIT.toNanos();
    List<Write> ready = new ArrayList<>();
    for (Write write : creations) {
      if (gone(write, end, context)) {
        ready.add(write.anew());
      } else {
        done.accept(write, failed(held(write)));
      }
    }
    writer.sendAll(ready, done, context);
  }

  /** Why it must not be deleted, empty when it may. */
  private Optional<Failure> refusal(Write write, OperationContext context) {
    Optional<Failure> outside = writer.outside(write);
    if (outside.isPresent()) {
      return outside;
    }
    Prepared desired = write.desired().orElseThrow();
    String subject = write.id().toString();
    KubeResponse now;
    KubeResponse anew;
    try {
      now = http.get(write.path(), Map.of(), Stage.APPLY, context);
      if (!now.ok()) {
        return Optional.of(KubeFailures.of(Stage.APPLY, subject, now));
      }
      if (!Updates.same(now.body(), write.over().orElseThrow())) {
        return Optional.of(Burial.stale(write.id(), "it changed since it was compared"));
      }
      List<Contest> refused = desired.refused(now.body());
      if (!refused.isEmpty()) {
        return Optional.of(FieldConflicts.failure(desired, refused).failure());
      }
      anew = http.await(refusals.anew(desired, now.body()), Stage.APPLY, context);
    } catch (ExecutionException e) {
      return Optional.of(KubeFailures.lost(Stage.APPLY, subject, http.server(), e));
    }
    if (anew.ok()) {
      return Optional.empty();
    }
    Failure failure = KubeFailures.of(Stage.APPLY, subject, anew);
    return Optional.of(
        new Failure(
            Stage.APPLY,
            failure.code(),
            failure.retryability(),
            failure.subject(),
            "it was not deleted, because the server would not take it as a new one: "
                + SecretValues.mask(failure.reason(), desired, now.body()),
            failure.nextStep()));
  }

  private boolean gone(Write write, long end, OperationContext context) {
    String uid = write.over().orElseThrow().uid();
    while (true) {
      try {
        KubeResponse now = http.get(write.path(), Map.of(), Stage.APPLY, context);
        boolean other =
            now.ok() && !now.body().path("metadata").path("uid").asString("").equals(uid);
        if (now.code() == 404 || other) {
          return true;
        }
      } catch (ExecutionException e) {
        // No answer says nothing about it: the limit ends the wait.
        if (System.nanoTime() > end) {
          return false;
        }
      }
      if (System.nanoTime() > end) {
        return false;
      }
      context.pause(LOOK, Stage.APPLY);
    }
  }

  private static Failure held(Write write) {
    return new Failure(
        Stage.APPLY,
        "K8S-REPLACE-HELD",
        Retryability.RETRY,
        Optional.of(write.id().toString()),
        "it is deleted, and finalizers hold it for more than " + LIMIT.toSeconds() + " seconds",
        Optional.of("look at its finalizers; it is created once it is gone"));
  }

  private static Writer.Result failed(Failure failure) {
    return new Writer.Result(KubeHttp.JSON.missingNode(), Optional.of(failure));
  }
}
