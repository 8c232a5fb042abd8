package io.gitops4j.k8s.internal.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * So many requests at once and no more; the others wait in the order they came. Whoever keeps only
 * a few waiting is served between those of somebody who has thousands. Begins with one at once, and
 * one more for each that ended: the first makes the connection that the others share, and each that
 * does not wait for it makes one of its own, whose handshake takes longer than most answers.
 * Thread-safe.
 */
final class InFlight {
  private final int limit;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private int running;
  private long ended;
  private boolean starting;

  InFlight(int limit) {
    this.limit = limit;
  }

  /** Sends now or when it is its turn; one that was cancelled while it waited is never sent. */
  <T> CompletableFuture<T> send(Supplier<CompletableFuture<T>> request) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    synchronized (this) {
      waiting.add(() -> start(request, answer));
    }
    startWaiting();
    return answer;
  }

  private <T> void start(Supplier<CompletableFuture<T>> request, CompletableFuture<T> answer) {
    if (answer.isDone()) {
      ended();
      return;
    }
    CompletableFuture<T> sent;
    try {
      sent = request.get();
    } catch (RuntimeException e) {
      sent = CompletableFuture.failedFuture(e);
    }
    sent.whenComplete(
        (value, thrown) -> {
          ended();
          if (thrown == null) {
            answer.complete(value);
          } else {
            answer.completeExceptionally(thrown);
          }
        });
  }

  private void ended() {
    synchronized (this) {
      running--;
      ended++;
    }
    startWaiting();
  }

  private long atOnce() {
    return Math.min(limit, 1 + ended);
  }

  /** One thread starts at a time, so that requests that end at once do not nest. */
  private void startWaiting() {
    synchronized (this) {
      if (starting) {
        return;
      }
      starting = true;
    }
    while (true) {
      Runnable next;
      synchronized (this) {
        if (running >= atOnce() || waiting.isEmpty()) {
          starting = false;
          return;
        }
        running++;
        next = waiting.remove();
      }
      next.run();
    }
  }
}
