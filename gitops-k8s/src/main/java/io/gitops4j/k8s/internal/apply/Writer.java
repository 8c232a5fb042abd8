package io.gitops4j.k8s.internal.apply;

import io.gitops4j.diff.LiveVersion;
import io.gitops4j.error.Failure;
import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.k8s.internal.client.KubeFailures;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.k8s.internal.diff.ClusterSettings;
import io.gitops4j.k8s.internal.diff.Prepared;
import io.gitops4j.k8s.internal.diff.SecretValues;
import io.gitops4j.k8s.internal.observe.LiveContent;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

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

  Writer(KubeHttp http, ClusterSettings settings) {
    this.http = http;
    this.settings = settings;
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
    CompletableFuture<KubeResponse> sent = write(write, context);
    return write.desired().isPresent() && write.change().live().isPresent()
        ? sent.thenCompose(answer -> takeOver(write, answer))
        : sent;
  }

  /** Nothing is left half taken over: should it fail, the write failed, and is done again. */
  private CompletableFuture<KubeResponse> takeOver(Write write, KubeResponse answer) {
    Optional<ArrayNode> patch =
        answer.ok()
            ? TakeOver.patch(write, answer.body(), settings.fieldManager())
            : Optional.empty();
    if (patch.isEmpty()) {
      return CompletableFuture.completedFuture(answer);
    }
    ResourceId id = write.change().id();
    return http.send(
        "PATCH",
        write.resource().objectPath(id.namespace(), id.name()),
        Map.of("fieldManager", settings.fieldManager()),
        "application/json-patch+json",
        patch.get().toString());
  }

  private CompletableFuture<KubeResponse> write(Write write, OperationContext context) {
    ResourceId id = write.change().id();
    String path = write.resource().objectPath(id.namespace(), id.name());
    if (write.desired().isEmpty()) {
      return http.send("DELETE", path, Map.of(), "application/json", deleteOptions(write, context));
    }
    Prepared desired = write.desired().get();
    Optional<LiveVersion> live = write.change().live();
    if (live.isEmpty()) {
      return patch(path, desired.body());
    }
    LiveVersion compared = live.get();
    if (desired.ignored().isEmpty()) {
      return over(write, path, desired, desired.body(), compared);
    }
    return http.send("GET", path, Map.of(), "", "")
        .thenCompose(
            now ->
                now.ok()
                    ? over(
                        write,
                        path,
                        desired,
                        desired.over(now.body(), settings.fieldManager()),
                        compared)
                    : CompletableFuture.completedFuture(now));
  }

  /** The server refuses when it is another instance, or moved since it was compared. */
  private CompletableFuture<KubeResponse> over(
      Write write, String path, Prepared desired, ObjectNode body, LiveVersion compared) {
    return patch(path, bound(body, compared.uid(), compared.version()))
        .thenCompose(
            answer ->
                answer.code() == 409
                    ? afterConflict(write, path, compared, answer)
                    : CompletableFuture.completedFuture(answer));
  }

  private static ObjectNode bound(ObjectNode body, String uid, String version) {
    ObjectNode bound = body.deepCopy();
    ((ObjectNode) bound.get("metadata")).put("uid", uid).put("resourceVersion", version);
    return bound;
  }

  /** A status that moved is no reason to refuse a plan; a spec that moved is. */
  private CompletableFuture<KubeResponse> afterConflict(
      Write write, String path, LiveVersion compared, KubeResponse conflict) {
    return http.send("GET", path, Map.of(), "", "")
        .thenCompose(
            now -> {
              boolean same =
                  now.ok()
                      && now.body().path("metadata").path("uid").asString("").equals(compared.uid())
                      && LiveContent.digest(now.body()).equals(compared.content());
              if (!same) {
                return CompletableFuture.completedFuture(conflict);
              }
              Prepared desired = write.desired().orElseThrow();
              String version = now.body().path("metadata").path("resourceVersion").asString("");
              ObjectNode body = desired.over(now.body(), settings.fieldManager());
              return patch(path, bound(body, compared.uid(), version));
            });
  }

  private CompletableFuture<KubeResponse> patch(String path, ObjectNode body) {
    return http.send(
        "PATCH",
        path,
        Map.of(
            "fieldManager", settings.fieldManager(), "force", "true", "fieldValidation", "Strict"),
        "application/apply-patch+yaml",
        body.toString());
  }

  private String deleteOptions(Write write, OperationContext context) {
    ObjectNode options =
        KubeHttp.JSON.createObjectNode().put("kind", "DeleteOptions").put("apiVersion", "v1");
    options.put(
        "propagationPolicy",
        switch (write.propagation().orElse(settings.propagation())) {
          case BACKGROUND -> "Background";
          case FOREGROUND -> "Foreground";
          case ORPHAN -> "Orphan";
        });
    write
        .change()
        .live()
        .ifPresent(
            l -> {
              ObjectNode conditions = options.putObject("preconditions").put("uid", l.uid());
              if (context.permit().isPresent()) {
                // Whoever takes over moves the version of what may be on its way.
                conditions.put("resourceVersion", l.version());
              }
            });
    return options.toString();
  }

  private Answer answer(Write write, @Nullable KubeResponse response, @Nullable Throwable thrown) {
    ResourceId id = write.change().id();
    if (thrown != null || response == null) {
      Failure lost =
          KubeFailures.lost(
              Stage.APPLY,
              id.toString(),
              http.server(),
              thrown == null ? new java.io.IOException("no answer") : thrown);
      return new Answer(write, new Result(KubeHttp.JSON.missingNode(), Optional.of(lost)), 0);
    }
    boolean goneAlready = write.desired().isEmpty() && response.code() == 404;
    if (response.ok() || goneAlready) {
      return new Answer(write, new Result(response.body(), Optional.empty()), 0);
    }
    Failure failure = KubeFailures.of(Stage.APPLY, id.toString(), response);
    boolean stale = response.code() == 409 && write.change().live().isPresent();
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
    return new Answer(
        write,
        new Result(KubeHttp.JSON.missingNode(), Optional.of(told)),
        response.retryAfterSeconds());
  }

  /** Admission may repeat what it sees, and what a Secret holds that is removed is not known. */
  private static String ofRemoval(ResourceId id, Failure failure) {
    return failure.code().equals("K8S-DENIED") && SecretValues.isSecret(id.group(), id.kind())
        ? "refused by admission, whose words are left out because it is a Secret"
        : failure.reason();
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
