package io.gitops4j.k8s.internal.client;

import io.fabric8.kubernetes.client.http.HttpRequest;
import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Stage;
import io.gitops4j.k8s.Impersonation;
import io.gitops4j.operation.OperationContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * Sends requests over a connection, so that its credentials, TLS and proxies hold, and reads
 * answers as trees, so that no field is lost. Thread-safe.
 */
public final class KubeHttp {
  /** Numbers keep every digit: a custom resource may hold more than a double does. */
  public static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  /** What an Accept header says for the metadata of one object, or of each in a stream. */
  public static final String METADATA_ONLY =
      "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

  /** Accepts lists of metadata only, and whole objects from a server that knows no other. */
  public static final String METADATA_LIST =
      "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

  /** The server ends a stream after this long, so that streams move between servers. */
  public static final Duration STREAM = Duration.ofMinutes(10);

  /**
   * A path that is not served, in the words of Go's server and of go-restful's, which extension API
   * servers are made with.
   */
  private static final Set<String> UNSERVED = Set.of("404 page not found", "404: Page Not Found");

  private static final int BUSY_TRIES = 10;
  private static final int BUSY_LONGEST_SECONDS = 30;

  private final Connection connection;
  private final String base;
  private final Duration timeout;
  private final int largest;
  private final InFlight inFlight;
  private final Optional<Impersonation> user;

  /**
   * The connection is lent and never closed here.
   *
   * @param atOnce how many requests the server gets at once, streams of events aside
   */
  public KubeHttp(Connection connection, Duration timeout, int atOnce) {
    this(connection, timeout, atOnce, WholeAnswer.LARGEST);
  }

  /**
   * The same, with another bound of answers.
   *
   * @param largest how many bytes one may have
   */
  public KubeHttp(Connection connection, Duration timeout, int atOnce, int largest) {
    this(connection, timeout, largest, new InFlight(atOnce), Optional.empty());
  }

  private KubeHttp(
      Connection connection,
      Duration timeout,
      int largest,
      InFlight inFlight,
      Optional<Impersonation> user) {
    this.connection = connection;
    this.inFlight = inFlight;
    String url = connection.server();
    this.base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    this.timeout = timeout;
    this.largest = largest;
    this.user = user;
  }

  /** The same connection in our own name: for what we keep about targets. */
  public KubeHttp own() {
    return new KubeHttp(connection, timeout, largest, inFlight, Optional.empty());
  }

  /** The same connection, whose every request is sent in somebody's name. */
  public KubeHttp as(Impersonation somebody) {
    return new KubeHttp(connection, timeout, largest, inFlight, Optional.of(somebody));
  }

  /** Where it sends to, for messages. */
  public String server() {
    return base;
  }

  /**
   * Sends a request; a connection that fails, or a success that cannot be read, completes it with
   * the {@link java.io.IOException}.
   */
  public CompletableFuture<KubeResponse> send(
      String method, String path, Map<String, String> query, String contentType, String body) {
    return send(
        () -> {
          HttpRequest.Builder request = request(path, query);
          // A GET has no body, but the builder wants one for every method it is told.
          if (!method.equals("GET")) {
            request.method(method, contentType, body);
          }
          return request;
        });
  }

  /** Writes a large object, of which the answer tells the metadata only: the rest is known here. */
  public CompletableFuture<KubeResponse> store(String method, String path, String body) {
    return send(
        () -> accepting(path, Map.of(), METADATA_ONLY).method(method, "application/json", body));
  }

  private CompletableFuture<KubeResponse> send(Supplier<HttpRequest.Builder> request) {
    return inFlight.send(() -> WholeAnswer.of(connection, request, timeout, largest));
  }

  /** Sends a GET with an Accept header of its own: lists of metadata only. */
  public CompletableFuture<KubeResponse> send(
      String path, Map<String, String> query, String accept) {
    return send(() -> accepting(path, query, accept));
  }

  /**
   * Opens a stream of events, with bookmarks; its listener hears how that goes.
   *
   * @param query what is watched; how, is said here
   */
  public void watch(String path, Map<String, String> query, String accept, EventStream stream) {
    Map<String, String> watch = new LinkedHashMap<>(query);
    watch.put("watch", "true");
    watch.put("allowWatchBookmarks", "true");
    watch.put("timeoutSeconds", Long.toString(STREAM.toSeconds()));
    // Where the server does not end it, this side does: the time of a request is that of its body.
    Duration longest = STREAM.plus(timeout);
    stream.open(connection, () -> within(longest, accepting(path, watch, accept)).forStreaming());
  }

  private HttpRequest.Builder accepting(String path, Map<String, String> query, String accept) {
    return request(path, query).header("Accept", accept);
  }

  private HttpRequest.Builder request(String path, Map<String, String> query) {
    HttpRequest.Builder request =
        within(timeout, connection.newRequest())
            .uri(base + path + queryString(query))
            // What is packed takes the server longer than to send it as it is.
            .header("Accept-Encoding", "identity");
    user.ifPresent(
        u -> {
          request.header("Impersonate-User", u.user());
          u.groups().forEach(g -> request.header("Impersonate-Group", g));
        });
    return request;
  }

  /** OkHttp refuses what is longer than 24 days. */
  private static HttpRequest.Builder within(Duration limit, HttpRequest.Builder request) {
    return request.timeout(Math.min(limit.toMillis(), Integer.MAX_VALUE), TimeUnit.MILLISECONDS);
  }

  /** Gets, waiting as long as the context allows. */
  public KubeResponse get(
      String path, Map<String, String> query, Stage stage, OperationContext context)
      throws ExecutionException {
    return await(send("GET", path, query, "", ""), stage, context);
  }

  /** Gets with an Accept header of its own: discovery and metadata-only lists. */
  public KubeResponse get(
      String path, Map<String, String> query, String accept, Stage stage, OperationContext context)
      throws ExecutionException {
    return await(send(path, query, accept), stage, context);
  }

  /**
   * Asks, and asks again while the server says that it is busy: it has done nothing then. Waits as
   * long as it says, on the caller's thread, and gives up after some tries.
   */
  public KubeResponse patiently(
      Supplier<CompletableFuture<KubeResponse>> request, Stage stage, OperationContext context)
      throws ExecutionException {
    KubeResponse answer = await(request.get(), stage, context);
    for (int busy = 1; answer.code() == 429 && busy < BUSY_TRIES; busy++) {
      context.pause(busyWait(answer), stage);
      answer = await(request.get(), stage, context);
    }
    return answer;
  }

  /** The same on nobody's thread, where nobody looks at a context until the answer is there. */
  public CompletableFuture<KubeResponse> patiently(
      Supplier<CompletableFuture<KubeResponse>> request) {
    return patiently(request, BUSY_TRIES);
  }

  private CompletableFuture<KubeResponse> patiently(
      Supplier<CompletableFuture<KubeResponse>> request, int tries) {
    return request
        .get()
        .thenCompose(
            answer ->
                answer.code() == 429 && tries > 1
                    ? CompletableFuture.supplyAsync(
                            () -> patiently(request, tries - 1),
                            CompletableFuture.delayedExecutor(
                                busyWait(answer).toMillis(), TimeUnit.MILLISECONDS))
                        .thenCompose(Function.identity())
                    : CompletableFuture.completedFuture(answer));
  }

  /** How long a server that is busy wants to be left alone. */
  private static Duration busyWait(KubeResponse answer) {
    return Duration.ofSeconds(
        Math.min(Math.max(1, answer.retryAfterSeconds()), BUSY_LONGEST_SECONDS));
  }

  /** Waits for an answer; ends as cancelled on interrupt, deadline or cancellation. */
  public <T> T await(CompletableFuture<T> answer, Stage stage, OperationContext context)
      throws ExecutionException {
    while (true) {
      context.checkActive(stage);
      try {
        return answer.get(
            context.remaining(Duration.ofMillis(200)).toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        // The request has a time limit of its own; this loop only looks at the context.
        continue;
      } catch (InterruptedException e) {
        answer.cancel(true);
        Thread.currentThread().interrupt();
        throw new OperationCancelledException(stage, "interrupted while waiting for " + base);
      }
    }
  }

  /**
   * What an answer says. A success is told as an object of some kind: the one that was asked for,
   * or a Status. A half of one, or the page of a proxy, would look like an object without any
   * field. That there is none is told as a Status, too, or in the server's words for a path that it
   * does not serve: a proxy that has lost its way says 404 of everything.
   */
  static KubeResponse response(int code, byte[] body, @Nullable String retryAfter)
      throws UnusableAnswerException {
    KubeResponse answer = new KubeResponse(code, tree(body), retryAfter(retryAfter), body.length);
    boolean absent = code == 404 && !UNSERVED.contains(answer.message());
    if ((answer.ok() || absent) && !answer.body().path("kind").isString()) {
      throw UnusableAnswerException.unreadable(code, body.length);
    }
    return answer;
  }

  private static JsonNode tree(byte[] body) {
    if (body.length == 0) {
      return MissingNode.getInstance();
    }
    try {
      return JSON.readTree(body);
    } catch (JacksonException e) {
      // A proxy's page or a bare "404 page not found": the text is all there is.
      String text = new String(body, 0, Math.min(body.length, 300), StandardCharsets.UTF_8);
      return JSON.createObjectNode().put("message", text.strip());
    }
  }

  static int retryAfter(@Nullable String header) {
    if (header == null || !header.matches("\\d{1,4}")) {
      return 0;
    }
    return Integer.parseInt(header);
  }

  private static String queryString(Map<String, String> query) {
    StringBuilder text = new StringBuilder();
    query.forEach(
        (k, v) ->
            text.append(text.isEmpty() ? '?' : '&')
                .append(k)
                .append('=')
                .append(URLEncoder.encode(v, StandardCharsets.UTF_8)));
    return text.toString();
  }
}
