package io.gitops4j.k8s.internal.client;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The open answer of a watch: one JSON document per line. Its listener is called on the HTTP
 * client's threads, one call at a time, and exactly once for the end.
 */
public final class EventStream implements AutoCloseable {
  /** An object of a cluster ends at a few megabytes; more than this is no event. */
  private static final int LONGEST = 64 * 1024 * 1024;

  /** Who hears of it. */
  public interface Listener {
    /** The server accepted the watch: from here on nothing is missed. */
    void opened(EventStream stream);

    /** An event came. */
    void event(EventStream stream, JsonNode event);

    /** It ended, by whatever. */
    void ended(EventStream stream, End end);
  }

  /**
   * How a stream ended.
   *
   * @param answer what the server said when it refused; its code is 200 for one that it accepted
   * @param fault what went wrong on the way; empty when the server ended it in order
   */
  public record End(KubeResponse answer, Optional<Throwable> fault) {}

  private final Listener listener;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private @Nullable CompletableFuture<HttpResponse<AsyncBody>> request;
  private @Nullable AsyncBody body;
  private boolean accepted;
  private boolean over;

  /** Opens nothing yet. */
  public EventStream(Listener listener) {
    this.listener = listener;
  }

  /** Sends the request; returns at once. */
  void open(Connection connection, Supplier<HttpRequest.Builder> what) {
    CompletableFuture<HttpResponse<AsyncBody>> sent = connection.send(what, this::bytes);
    boolean closed;
    synchronized (this) {
      request = sent;
      closed = over;
    }
    if (closed) {
      sent.cancel(true); // by whoever did not wait until it was sent
    }
    sent.whenComplete(
        (answer, thrown) -> {
          if (thrown != null) {
            end(new End(response(0, 0), Optional.of(thrown)));
          } else {
            answered(answer);
          }
        });
  }

  private void answered(HttpResponse<AsyncBody> answer) {
    boolean closed;
    synchronized (this) {
      body = answer.body();
      accepted = answer.code() == 200;
      closed = over;
    }
    if (closed) {
      answer.body().cancel();
      return;
    }
    if (accepted) {
      listener.opened(this);
    }
    int wait = KubeHttp.retryAfter(answer.header("Retry-After"));
    answer
        .body()
        .done()
        .whenComplete(
            (nothing, thrown) ->
                end(new End(response(answer.code(), wait), Optional.ofNullable(thrown))));
    answer.body().consume();
  }

  private void bytes(List<ByteBuffer> buffers, AsyncBody from) throws IOException {
    for (ByteBuffer buffer : buffers) {
      byte[] part = new byte[buffer.remaining()];
      buffer.get(part);
      int begin = 0;
      for (int i = 0; i < part.length && accepted; i++) {
        if (part[i] == '\n') {
          line.write(part, begin, i - begin);
          begin = i + 1;
          event();
        }
      }
      line.write(part, begin, part.length - begin);
    }
    if (line.size() > LONGEST) {
      throw new IOException("an event of more than " + LONGEST + " bytes");
    }
    from.consume();
  }

  private void event() throws IOException {
    byte[] text = line.toByteArray();
    line.reset();
    try {
      listener.event(this, KubeHttp.JSON.readTree(text));
    } catch (JacksonException e) {
      throw new IOException("an event that is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** A refusal's body was collected as a line that never ended. */
  private KubeResponse response(int code, int retryAfter) {
    byte[] text = code == 200 ? new byte[0] : line.toByteArray();
    JsonNode said = KubeHttp.JSON.missingNode();
    if (text.length > 0) {
      try {
        said = KubeHttp.JSON.readTree(text);
      } catch (JacksonException e) {
        String start = new String(text, 0, Math.min(text.length, 300), StandardCharsets.UTF_8);
        said = KubeHttp.JSON.createObjectNode().put("message", start);
      }
    }
    return new KubeResponse(code, said, retryAfter, text.length);
  }

  private void end(End how) {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
    }
    listener.ended(this, how);
  }

  /** Ends it from this side; its listener hears no more. */
  @Override
  public void close() {
    CompletableFuture<HttpResponse<AsyncBody>> sent;
    AsyncBody open;
    synchronized (this) {
      over = true;
      sent = request;
      open = body;
    }
    if (open != null) {
      try {
        open.cancel();
      } catch (RejectedExecutionException e) {
        // Its client was closed before, and it with that.
      }
    } else if (sent != null) {
      sent.cancel(true);
    }
  }
}
