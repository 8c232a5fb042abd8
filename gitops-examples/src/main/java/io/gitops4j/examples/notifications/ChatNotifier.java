package io.gitops4j.examples.notifications;

import io.gitops4j.diff.PlanId;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.TargetEvent;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.ObjectMapper;

/** Posts what somebody has to know to the address of a chat. Thread-safe. */
public final class ChatNotifier implements ReconcileListener {
  private static final Logger LOG = LoggerFactory.getLogger(ChatNotifier.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http;
  private final URI address;

  /** A gate is asked in every pass, and says the same of the same plan. */
  private final Map<TargetId, PlanId> told = new ConcurrentHashMap<>();

  /**
   * Tells nobody yet.
   *
   * @param http sends on threads of its own, so that no pass waits for the chat
   * @param address what takes messages, as a chat gives it
   */
  public ChatNotifier(HttpClient http, URI address) {
    this.http = http;
    this.address = address;
  }

  @Override
  public void held(ReconcileEvent.Held event) {
    PlanId plan = event.plan().id();
    if (!plan.equals(told.put(event.target(), plan))) {
      post(event.target() + ": " + event.reason() + " (" + plan + ")");
    }
  }

  @Override
  public void finished(ReconcileEvent.Finished event) {
    switch (event.outcome().kind()) {
      case APPLIED, IN_SYNC -> told.remove(event.target());
      case PLANNED, INCOMPLETE, FAILED -> {
        // It still waits.
      }
    }
  }

  @Override
  public void quarantined(TargetEvent.Quarantined event) {
    post(event.target() + " is left alone: " + event.failure().message());
  }

  @Override
  public void goesBack(ReconcileEvent.GoesBack event) {
    post(event.target() + " goes back: " + event.pin().message());
  }

  private void post(String text) {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(Map.of("text", text))))
            .build();
    http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
        .whenComplete(
            (answer, thrown) -> {
              if (thrown != null || answer.statusCode() >= 300) {
                LOG.warn("the chat was not told: {}", text, thrown);
              }
            });
  }
}
