package io.gitops4j.k8s.internal.apply;

import io.gitops4j.error.ApplyException;
import io.gitops4j.error.Failure;
import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.k8s.internal.client.KubeFailures;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.k8s.internal.diff.ClusterSettings;
import io.gitops4j.k8s.internal.diff.SecretValues;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Sends writes, so many at once as the settings allow, from the caller's thread. A passing fault is
 * tried again; every write ends in one result, also when the pass is cancelled in between.
 */
final class Writer {
  private static final int ATTEMPTS = 4;
  private static final Duration FIRST_WAIT = Duration.ofMillis(200);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final KubeHttp http;
  private final ClusterSettings settings;
  private final Updates updates;
  private final Removals removals;

  Writer(KubeHttp http, ClusterSettings settings) {
    this.http = http;
    this.settings = settings;
    this.updates = new Updates(http, settings);
    this.removals = new Removals(http, settings);
  }

  /** What came of a write: the object as the server answered it, or why not. */
  record Result(JsonNode live, Optional<Failure> failure) {}

  /** Sends all; results come as they are there, on the caller's thread. */
  void sendAll(List<Write> writes, BiConsumer<Write, Result> done, OperationContext context) {
    List<Write> round = writes;
    int atOnce = settings.concurrency();
    int attempt = 1;
    while (!round.isEmpty()) {
      List<Write> again = new ArrayList<>();
      Duration wait = FIRST_WAIT.multipliedBy(1L << (attempt - 1));
      boolean busy = false;
      for (Answer answer : sendRound(round, atOnce, attempt == ATTEMPTS, done, context)) {
        again.add(answer.write());
        wait = max(wait, Duration.ofSeconds(answer.retryAfter()));
        busy |= answer.busy();
      }
      if (!again.isEmpty()) {
        pause(wait, context);
      }
      // A busy server that takes some of them at a time is not one that fails.
      attempt += busy && again.size() < round.size() ? 0 : 1;
      atOnce = busy ? Math.max(1, atOnce / 2) : atOnce;
      round = again;
    }
  }

  /** Why nothing of an object may be touched, right before it would be; empty when it may. */
  Optional<Failure> outside(Write write) {
    return settings.permits().refusal(write.id());
  }

  private record Answer(Write write, Result result, int retryAfter) {
    boolean busy() {
      return result.failure().filter(f -> f.code().equals("K8S-BUSY")).isPresent();
    }
  }

  /** One request for each; the answers that are worth another try. */
  private List<Answer> sendRound(
      List<Write> writes,
      int atOnce,
      boolean last,
      BiConsumer<Write, Result> done,
      OperationContext context) {
    Deque<Write> waiting = new ArrayDeque<>(writes);
    BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    List<Answer> again = new ArrayList<>();
    int inFlight = 0;
    Optional<OperationCancelledException> cancelled = Optional.empty();
    while (inFlight > 0 || !waiting.isEmpty() && cancelled.isEmpty()) {
      cancelled = cancelled.or(() -> cancellation(context));
      while (cancelled.isEmpty() && inFlight < atOnce && !waiting.isEmpty()) {
        Write write = waiting.poll();
        Optional<Failure> refused = outside(write);
        if (refused.isPresent()) {
          done.accept(write, new Result(KubeHttp.JSON.missingNode(), refused));
          continue;
        }
        request(write, context).whenComplete((r, e) -> answers.add(answer(write, r, e)));
        inFlight++;
        cancelled = cancellation(context);
      }
      Answer answer = take(answers);
      if (answer == null) {
        continue;
      }
      inFlight--;
      Optional<Failure> failure = answer.result().failure();
      boolean retry =
          !last
              && cancelled.isEmpty()
              && failure.isPresent()
              && failure.get().retryability() == Retryability.RETRY
              && !failure.get().code().equals("K8S-STALE-PLAN");
      if (retry) {
        again.add(answer);
      } else {
        done.accept(answer.write(), answer.result());
      }
    }
    if (cancelled.isPresent()) {
      throw cancelled.get();
    }
    return again;
  }

  /** What is in flight is waited for even then: its result belongs in the inventory. */
  private static Optional<OperationCancelledException> cancellation(OperationContext context) {
    try {
      context.checkActive(Stage.APPLY);
      return Optional.empty();
    } catch (OperationCancelledException e) {
      return Optional.of(e);
    }
  }

  /** Interrupts are looked at through the context, whose exception ends the round. */
  private static @Nullable Answer take(BlockingQueue<Answer> answers) {
    boolean interrupted = Thread.interrupted();
    try {
      return answers.poll(200, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
      return null;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private CompletableFuture<KubeResponse> request(Write write, OperationContext context) {
    return write.desired().isEmpty() ? removals.send(write, context) : updates.send(write, context);
  }

  private Answer answer(Write write, @Nullable KubeResponse response, @Nullable Throwable thrown) {
    ResourceId id = write.change().id();
    Optional<Failure> known = refusal(thrown);
    if (known.isPresent()) {
      return new Answer(write, new Result(KubeHttp.JSON.missingNode(), known), 0);
    }
    if (thrown != null || response == null) {
      Failure lost =
          KubeFailures.lost(
              Stage.APPLY,
              id.toString(),
              http.server(),
              thrown == null ? new java.io.IOException("no answer") : thrown);
      return new Answer(
          write.again(), new Result(KubeHttp.JSON.missingNode(), Optional.of(lost)), 0);
    }
    boolean goneAlready = write.desired().isEmpty() && response.code() == 404;
    if (response.ok() || goneAlready) {
      return new Answer(write, new Result(response.body(), Optional.empty()), 0);
    }
    Failure failure = KubeFailures.of(Stage.APPLY, id.toString(), response);
    boolean stale = response.code() == 409 && write.over().isPresent();
    String reason =
        write
            .desired()
            .map(d -> SecretValues.mask(failure.reason(), id.group(), id.kind(), d.body()))
            .orElseGet(() -> ofRemoval(id, failure));
    Failure told =
        new Failure(
            Stage.APPLY,
            stale ? "K8S-STALE-PLAN" : failure.code(),
            failure.retryability(),
            failure.subject(),
            reason,
            failure.nextStep());
    // A server that failed may have done it before.
    return new Answer(
        response.code() < 500 ? write : write.again(),
        new Result(KubeHttp.JSON.missingNode(), Optional.of(told)),
        response.retryAfterSeconds());
  }

  /** Admission may repeat what it sees, and what a Secret holds that is removed is not known. */
  private static String ofRemoval(ResourceId id, Failure failure) {
    return failure.code().equals("K8S-DENIED") && SecretValues.isSecret(id.group(), id.kind())
        ? "refused by admission, whose words are left out because it is a Secret"
        : failure.reason();
  }

  /** What was refused here, before or after the server was asked. */
  private static Optional<Failure> refusal(@Nullable Throwable thrown) {
    return thrown != null && KubeFailures.cause(thrown) instanceof ApplyException e
        ? Optional.of(e.failure())
        : Optional.empty();
  }

  private static void pause(Duration wait, OperationContext context) {
    long jitter = ThreadLocalRandom.current().nextLong(FIRST_WAIT.toMillis());
    Duration bounded = wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    context.pause(bounded.plusMillis(jitter), Stage.APPLY);
  }

  private static Duration max(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
