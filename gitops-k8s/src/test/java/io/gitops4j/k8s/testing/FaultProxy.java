package io.gitops4j.k8s.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * Stands between a client and a real API server, remembers what was asked, and does to the traffic
 * what networks and servers do on bad days.
 */
public final class FaultProxy implements AutoCloseable {
  private final TestCluster cluster;
  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(r -> new Thread(r, "fault-proxy"));
  private final HttpClient upstream;
  private final List<Request> seen = new CopyOnWriteArrayList<>();
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final Set<HttpExchange> open = ConcurrentHashMap.newKeySet();
  private final Object ice = new Object();
  private boolean frozen;

  /** What a client asked for; the query is empty where there is none. */
  public record Request(String method, String path, String query) {
    /** Whether it opens a stream of events. */
    public boolean watches() {
      return query.contains("watch=true");
    }

    /** Whether it changes something. */
    public boolean writes() {
      return !method.equals("GET") && !query.contains("dryRun=All");
    }
  }

  /** What happens to a request in place of being passed on. */
  @FunctionalInterface
  public interface Fault {
    /** Deals with it. */
    void happen(HttpExchange exchange, byte[] body) throws IOException, InterruptedException;
  }

  private record Rule(Predicate<Request> when, AtomicInteger left, Fault fault) {}

  private FaultProxy(TestCluster cluster) throws IOException, GeneralSecurityException {
    this.cluster = cluster;
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TrustAll()}, null);
    upstream =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(context)
            .executor(threads)
            .build();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** One in front of a cluster; the caller closes it. */
  public static FaultProxy inFrontOf(TestCluster cluster) {
    try {
      return new FaultProxy(cluster);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }

  /** An administrator's kubeconfig that leads through here. */
  public String kubeconfig() {
    return kubeconfig("admintoken");
  }

  /** A kubeconfig of whoever has a token that leads through here. */
  public String kubeconfig(String token) {
    String address = "http://127.0.0.1:" + port();
    return cluster.kubeconfig(token).replace(cluster.url().toString(), address);
  }

  /** Where it listens on this machine. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** What was asked since the last time it was forgotten. */
  public List<Request> seen() {
    return List.copyOf(seen);
  }

  /** Forgets what was asked. */
  public void forget() {
    seen.clear();
  }

  /** A fault for the next so many requests that match. */
  public void inject(int times, Predicate<Request> when, Fault fault) {
    rules.add(new Rule(when, new AtomicInteger(times), fault));
  }

  /** No more faults. */
  public void mend() {
    rules.clear();
    freeze(false);
  }

  /** Answers in place of the server. */
  public static Fault answer(int code, Map<String, String> headers, String text) {
    return (exchange, body) -> {
      headers.forEach(exchange.getResponseHeaders()::add);
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  /** A Status in place of the server's answer. */
  public static Fault status(int code, String reason) {
    return answer(
        code,
        Map.of("Content-Type", "application/json"),
        "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":\"made to"
            + " fail\",\"reason\":\"%s\",\"code\":%d}".formatted(reason, code));
  }

  /** The request never gets to the server. */
  public static Fault cutBefore() {
    return (exchange, body) -> exchange.close();
  }

  /** The server does it, and nobody hears its answer. */
  public Fault cutAfter() {
    return andThen(() -> {});
  }

  /** Something happens first, then the fault. */
  public static Fault then(Runnable first, Fault fault) {
    return (exchange, body) -> {
      first.run();
      fault.happen(exchange, body);
    };
  }

  /** The server does it, then something happens, and nobody hears its answer. */
  public Fault andThen(Runnable last) {
    return (exchange, body) -> {
      try (InputStream answer = forward(exchange, body).body()) {
        answer.readAllBytes();
      }
      last.run();
      exchange.close();
    };
  }

  /** The server does it, and says that it failed. */
  public Fault failingAfter(int code) {
    return (exchange, body) -> {
      try (InputStream answer = forward(exchange, body).body()) {
        answer.readAllBytes();
      }
      status(code, "Timeout").happen(exchange, body);
    };
  }

  /** The request waits at the door until it is let in. */
  public Fault hold(CountDownLatch arrived, CountDownLatch go) {
    return (exchange, body) -> {
      arrived.countDown();
      go.await();
      pass(exchange, body);
    };
  }

  /** The request gets to the server with another query. */
  public Fault asking(UnaryOperator<String> query) {
    return (exchange, body) -> {
      URI uri = exchange.getRequestURI();
      String target = uri.getRawPath() + "?" + query.apply(uri.getRawQuery());
      relay(exchange, forward(exchange, target, body));
    };
  }

  /** The answer ends in the middle; with a length that is right for it, or with the whole's. */
  public Fault truncate(boolean unnoticed) {
    return (exchange, body) -> {
      HttpResponse<InputStream> answer = forward(exchange, body);
      byte[] whole = answer.body().readAllBytes();
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(
          answer.statusCode(), unnoticed ? whole.length / 2 : whole.length);
      exchange.getResponseBody().write(whole, 0, whole.length / 2);
      exchange.getResponseBody().flush();
      exchange.close();
    };
  }

  /** The answer comes byte by byte, each a while after the other. */
  public Fault trickle(Duration pause) {
    return (exchange, body) -> {
      byte[] whole;
      try (InputStream answer = forward(exchange, body).body()) {
        whole = answer.readAllBytes();
      }
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, whole.length);
      for (byte one : whole) {
        exchange.getResponseBody().write(one);
        exchange.getResponseBody().flush();
        TimeUnit.NANOSECONDS.sleep(pause.toNanos());
      }
    };
  }

  /** A stream is accepted, and then nothing comes, not even its end. */
  public static Fault mute() {
    return (exchange, body) -> {
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, 0);
      new CountDownLatch(1).await();
    };
  }

  /** The request is passed on only after a while. */
  public Fault late(Duration by) {
    return (exchange, body) -> {
      TimeUnit.NANOSECONDS.sleep(by.toNanos());
      pass(exchange, body);
    };
  }

  /** The request is on its way until the latch opens; then the server's answer is told. */
  public Fault heldUntil(CountDownLatch open, IntConsumer code) {
    return (exchange, body) -> {
      open.await();
      HttpResponse<InputStream> answer = forward(exchange, body);
      code.accept(answer.statusCode());
      byte[] whole = answer.body().readAllBytes();
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer.statusCode(), whole.length);
      exchange.getResponseBody().write(whole);
    };
  }

  /** Holds all traffic, or lets it go on. */
  public void freeze(boolean hold) {
    synchronized (ice) {
      frozen = hold;
      ice.notifyAll();
    }
  }

  /** Whether nothing is on its way to the server or back, streams aside. */
  public boolean idle() {
    return open.stream()
        .noneMatch(e -> !String.valueOf(e.getRequestURI().getRawQuery()).contains("watch=true"));
  }

  /** Ends every answer that is on its way, streams first of all. */
  public void cutOpen() {
    open.forEach(HttpExchange::close);
  }

  private void handle(HttpExchange exchange) throws IOException {
    URI uri = exchange.getRequestURI();
    String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
    Request request = new Request(exchange.getRequestMethod(), uri.getRawPath(), query);
    seen.add(request);
    open.add(exchange);
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      thaw();
      for (Rule rule : rules) {
        if (rule.when().test(request) && rule.left().getAndDecrement() > 0) {
          rule.fault().happen(exchange, body);
          return;
        }
      }
      pass(exchange, body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // Either side went away: so does the other, as it would without this in between.
      exchange.close();
    } finally {
      open.remove(exchange);
    }
  }

  private void pass(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
    relay(exchange, forward(exchange, body));
  }

  private void relay(HttpExchange exchange, HttpResponse<InputStream> answer)
      throws IOException, InterruptedException {
    for (String name : List.of("Content-Type", "Retry-After")) {
      answer.headers().firstValue(name).ifPresent(v -> exchange.getResponseHeaders().add(name, v));
    }
    exchange.sendResponseHeaders(answer.statusCode(), 0);
    try (InputStream from = answer.body();
        OutputStream to = exchange.getResponseBody()) {
      byte[] buffer = new byte[16 * 1024];
      for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
        thaw();
        to.write(buffer, 0, read);
        to.flush();
      }
    }
  }

  private HttpResponse<InputStream> forward(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    return forward(exchange, exchange.getRequestURI().toString(), body);
  }

  private HttpResponse<InputStream> forward(HttpExchange exchange, String target, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(cluster.url() + target))
            .method(
                exchange.getRequestMethod(),
                body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    for (String name : List.of("Authorization", "Accept", "Content-Type")) {
      List<String> values = exchange.getRequestHeaders().get(name);
      if (values != null) {
        request.header(name, values.get(0));
      }
    }
    return upstream.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
  }

  private void thaw() throws InterruptedException {
    synchronized (ice) {
      while (frozen) {
        ice.wait();
      }
    }
  }

  @Override
  public void close() {
    freeze(false);
    server.stop(0);
    threads.shutdownNow();
  }
}
