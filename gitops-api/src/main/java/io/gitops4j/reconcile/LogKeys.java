package io.gitops4j.reconcile;

import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** What every log line of a pass carries, on the thread that runs it. */
final class LogKeys implements AutoCloseable {
  private static final String REVISION = "gitops4j.revision";

  /** A pass may run inside something that set the same keys: theirs come back afterwards. */
  private final Map<String, @Nullable String> before = new LinkedHashMap<>();

  LogKeys(TargetId target, OperationContext context) {
    put("gitops4j.target", target.name());
    put("gitops4j.operation", context.operationId());
    before.put(REVISION, MDC.get(REVISION));
    MDC.remove(REVISION);
  }

  void revision(Revision revision) {
    MDC.put(REVISION, revision.toString());
  }

  private void put(String key, String value) {
    before.put(key, MDC.get(key));
    MDC.put(key, value);
  }

  @Override
  public void close() {
    before.forEach(
        (key, value) -> {
          if (value == null) {
            MDC.remove(key);
          } else {
            MDC.put(key, value);
          }
        });
  }
}
