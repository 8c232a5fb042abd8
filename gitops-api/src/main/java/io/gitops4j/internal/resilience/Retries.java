package io.gitops4j.internal.resilience;

import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.gitops4j.error.GitOpsException;
import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Retryability;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Tries a call again that reads, or that may be repeated, while its error says that this can help.
 * Looks at {@link GitOpsException#retryability()} and the context, at nothing else.
 */
public final class Retries {
  private static final int ATTEMPTS = 3;
  private static final Duration FIRST_WAIT = Duration.ofMillis(200);

  private Retries() {}

  /** Three attempts, 200 ms and 400 ms apart with jitter. */
  public static Retries standard() {
    return new Retries();
  }

  /** Calls, and again. */
  public <T> T call(OperationContext context, Supplier<T> call) {
    // A context is a pass: its retry state is its own and leaves nothing behind.
    return Retry.of("pass", config(context)).executeSupplier(call);
  }

  /** Runs, and again. */
  public void run(OperationContext context, Runnable call) {
    Retry.of("pass", config(context)).executeRunnable(call);
  }

  private static RetryConfig config(OperationContext context) {
    return RetryConfig.custom()
        .maxAttempts(ATTEMPTS)
        .intervalFunction(IntervalFunction.ofExponentialRandomBackoff(FIRST_WAIT, 2.0))
        .retryOnException(
            e ->
                e instanceof GitOpsException g
                    && !(e instanceof OperationCancelledException)
                    && g.retryability() == Retryability.RETRY
                    && context.remaining(FIRST_WAIT).compareTo(FIRST_WAIT) >= 0)
        .build();
  }
}
