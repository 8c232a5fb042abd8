package io.gitops4j.k8s.internal.client;

import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.Utils;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import okhttp3.Dispatcher;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * OkHttp, which writes once and goes nowhere else. Left to itself it follows every redirect with
 * the token, and with the Secret that is written, to whatever host is named, and sends a write
 * again whose answer was lost. An API server sends no redirect, and retries are ours. Serves one
 * client, whose threads and sockets end when it is closed.
 */
final class DirectHttpClientFactory extends OkHttpClientFactory {
  /**
   * How many connections a server may close before it looks at a request. Each answers at least one
   * of those that share it.
   */
  private static final int CONNECTIONS = 100;

  /** A stream of events brings a bookmark every minute, or so. */
  private static final Duration LONGEST_SILENCE = Duration.ofMinutes(2);

  private static final String RESET = "stream was reset: ";
  private static final String CONTENT_TYPE = "Content-Type";
  private static final String RETRY_AFTER = "Retry-After";
  private static final int IDLE_SECONDS = 60;

  private final Duration patience;
  private final ClientSockets sockets;

  /**
   * For one client.
   *
   * @param patience how long a connection may give no sign of life before it is left
   */
  DirectHttpClientFactory(Duration patience) {
    this.patience = patience;
    sockets = new ClientSockets(patience);
  }

  @Override
  protected void additionalConfig(OkHttpClient.Builder builder) {
    builder
        .socketFactory(sockets)
        .pingInterval(patience)
        .readTimeout(LONGEST_SILENCE)
        .followRedirects(false)
        .followSslRedirects(false)
        .addInterceptor(DirectHttpClientFactory::readAgain)
        .addInterceptor(DirectHttpClientFactory::untilLookedAt)
        .addNetworkInterceptor(DirectHttpClientFactory::withoutCharset)
        .addNetworkInterceptor(DirectHttpClientFactory::notAtOnce);
  }

  /** Threads that do not keep a JVM whose work is done. */
  @Override
  protected Dispatcher initDispatcher() {
    Dispatcher dispatcher =
        new Dispatcher(
            new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                Utils.daemonThreadFactory(this)) {
              /** Told when the client is closed. An interrupt alone ends nobody who reads. */
              @Override
              public List<Runnable> shutdownNow() {
                List<Runnable> left = super.shutdownNow();
                sockets.close();
                return left;
              }
            });
    dispatcher.setMaxRequests(Integer.MAX_VALUE);
    dispatcher.setMaxRequestsPerHost(Integer.MAX_VALUE);
    return dispatcher;
  }

  /**
   * Reads may be sent again, as over HTTP/1.1 it is found out too late that a connection was closed
   * while nobody used it; nothing else may.
   */
  private static Response readAgain(Interceptor.Chain chain) throws IOException {
    boolean reads = chain.request().method().equals("GET");
    return chain.withRetryOnConnectionFailure(reads).proceed(chain.request());
  }

  /**
   * API servers close a connection now and then, so that clients spread over all of them
   * (goaway-chance), and after every 401. What was just sent over it they have not looked at, and
   * say so: RFC 9113, section 8.7.
   */
  private static Response untilLookedAt(Interceptor.Chain chain) throws IOException {
    for (int connection = 1; ; connection++) {
      try {
        return chain.proceed(chain.request());
      } catch (IOException e) {
        if (lookedAt(e) || connection == CONNECTIONS) {
          throw told(e);
        }
      }
    }
  }

  /** OkHttp's module keeps the classes to itself that say so. */
  private static boolean lookedAt(IOException failure) {
    return !(RESET + "REFUSED_STREAM").equals(failure.getMessage())
        && !failure.getClass().getSimpleName().equals("ConnectionShutdownException");
  }

  private static IOException told(IOException failure) {
    return String.valueOf(failure.getMessage()).startsWith(RESET)
        ? new IOException("the connection was lost, or broken off by the server", failure)
        : failure;
  }

  /** It adds one to every text; the server counts such an apply among the other patches. */
  private static Response withoutCharset(Interceptor.Chain chain) throws IOException {
    Request request = chain.request();
    MediaType type = request.body() == null ? null : request.body().contentType();
    return chain.proceed(
        type == null
            ? request
            : request
                .newBuilder()
                .header(CONTENT_TYPE, type.type() + "/" + type.subtype())
                .build());
  }

  /** It sends again by itself what is answered with 503 and no time to wait. */
  private static Response notAtOnce(Interceptor.Chain chain) throws IOException {
    Response answer = chain.proceed(chain.request());
    return answer.code() == 503 && answer.header(RETRY_AFTER, "").matches("0+")
        ? answer.newBuilder().removeHeader(RETRY_AFTER).build()
        : answer;
  }
}
