package io.gitops4j.k8s.internal.client;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A request and all of its answer within one time limit and one size. The limit of most HTTP
 * clients, which may be lent, ends when the answer begins: a body that comes byte by byte would be
 * waited for without end.
 */
final class WholeAnswer {
  /**
   * Far more than a page of a list has; a small heap cannot hold that, so it ends earlier there.
   */
  static final int LARGEST =
      (int) Math.min(256L * 1024 * 1024, Runtime.getRuntime().maxMemory() / 4);

  private final Content content;
  private final CompletableFuture<KubeResponse> whole = new CompletableFuture<>();

  private WholeAnswer(int largest) {
    content = new Content(largest);
  }

  /**
   * Sends; ends with a {@link java.util.concurrent.TimeoutException} when the limit is over, with
   * an {@link UnusableAnswerException} when the answer is none.
   *
   * @param largest how many bytes it may have
   */
  static CompletableFuture<KubeResponse> of(
      Connection connection, Supplier<HttpRequest.Builder> request, Duration limit, int largest) {
    WholeAnswer answer = new WholeAnswer(largest);
    connection
        .send(request, answer.content)
        .whenComplete(
            (begun, thrown) -> {
              if (thrown == null) {
                answer.read(begun);
              } else {
                answer.whole.completeExceptionally(thrown);
              }
            });
    return answer.whole.orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void read(HttpResponse<AsyncBody> begun) {
    AsyncBody body = begun.body();
    whole.whenComplete(
        (answer, thrown) -> {
          if (thrown != null) {
            body.cancel();
          }
        });
    body.done()
        .whenComplete(
            (nothing, thrown) -> {
              if (thrown == null) {
                complete(begun);
              } else {
                whole.completeExceptionally(thrown);
              }
            });
    body.consume();
  }

  private void complete(HttpResponse<AsyncBody> begun) {
    try {
      whole.complete(
          KubeHttp.response(begun.code(), content.takeOut(), begun.header("Retry-After")));
    } catch (UnusableAnswerException | RuntimeException e) {
      whole.completeExceptionally(e);
    }
  }

  /**
   * What came so far. A connection that waits for its next request still refers to the consumer of
   * its last answer, so this one keeps nothing once the answer is there.
   */
  private static final class Content implements AsyncBody.Consumer<List<ByteBuffer>> {
    private final int largest;
    private List<byte[]> parts = new ArrayList<>();
    private int length;

    Content(int largest) {
      this.largest = largest;
    }

    /** Called one after another, and always before the body is done. */
    @Override
    public void consume(List<ByteBuffer> buffers, AsyncBody body) throws UnusableAnswerException {
      for (ByteBuffer buffer : buffers) {
        if (buffer.remaining() > largest - length) {
          parts = new ArrayList<>();
          throw UnusableAnswerException.tooLarge(largest);
        }
        byte[] part = new byte[buffer.remaining()];
        buffer.get(part);
        parts.add(part);
        length += part.length;
      }
      body.consume();
    }

    byte[] takeOut() {
      ByteBuffer all = ByteBuffer.allocate(length);
      parts.forEach(all::put);
      parts = new ArrayList<>();
      return all.array();
    }
  }
}
