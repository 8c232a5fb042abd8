package io.gitops4j.git;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Git's own smart HTTP server, {@code git http-backend}, behind the JDK's HTTP server. */
final class GitHttpServer implements AutoCloseable {
  private final HttpServer http;
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final Path root;
  private final Optional<String> authorization;
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final List<Headers> headers = new CopyOnWriteArrayList<>();
  private volatile Optional<String> redirect = Optional.empty();
  private volatile Runnable beforePush = () -> {};
  private volatile long cutAfter = Long.MAX_VALUE;

  private GitHttpServer(Path root, Optional<String> authorization) throws IOException {
    this.root = root;
    this.authorization = authorization;
    this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(workers);
    http.createContext("/", this::answer);
    http.start();
  }

  /** Serves the repositories below a folder to anybody. */
  static GitHttpServer open(Path root) throws IOException {
    return new GitHttpServer(root, Optional.empty());
  }

  /** Serves them to one user. */
  static GitHttpServer guarded(Path root, String user, String password) throws IOException {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return new GitHttpServer(
        root, Optional.of("Basic " + Base64.getEncoder().encodeToString(pair)));
  }

  String url(String repository) {
    return "http://127.0.0.1:" + http.getAddress().getPort() + "/" + repository;
  }

  /** Method, path and authorization of every request so far. */
  List<String> requests() {
    return seen;
  }

  /** What a header said in all requests so far that had it. */
  List<String> received(String header) {
    return headers.stream()
        .flatMap(h -> h.getOrDefault(header, List.of()).stream())
        .distinct()
        .toList();
  }

  /** Sends every request on to another server. */
  void redirectTo(String base) {
    redirect = Optional.of(base);
  }

  /** Closes the connection after so many bytes of a pack. */
  void cutAfter(long bytes) {
    cutAfter = bytes;
  }

  /** Does something before a push reaches the repository, once for each. */
  void beforePush(Runnable what) {
    beforePush = what;
  }

  @Override
  public void close() {
    http.stop(0);
    workers.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String sent = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    headers.add(exchange.getRequestHeaders());
    exchange.getResponseHeaders().set("Set-Cookie", "planted=1; Max-Age=99999; Path=/");
    seen.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + sent);
    if (redirect.isPresent()) {
      exchange.getResponseHeaders().set("Location", redirect.get() + exchange.getRequestURI());
      exchange.sendResponseHeaders(302, -1);
      exchange.close();
    } else if (authorization.isPresent() && !authorization.get().equals(sent)) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"git\"");
      exchange.sendResponseHeaders(401, -1);
      exchange.close();
    } else {
      backend(exchange);
    }
  }

  private void backend(HttpExchange exchange) throws IOException {
    if (exchange.getRequestMethod().equals("POST")
        && exchange.getRequestURI().getPath().endsWith("/git-receive-pack")) {
      beforePush.run();
    }
    ProcessBuilder backend = new ProcessBuilder("git", "http-backend");
    Map<String, String> environment = backend.environment();
    environment.put("GIT_PROJECT_ROOT", root.toString());
    environment.put("GIT_HTTP_EXPORT_ALL", "1");
    environment.put("REQUEST_METHOD", exchange.getRequestMethod());
    environment.put("PATH_INFO", exchange.getRequestURI().getPath());
    environment.put("QUERY_STRING", nonNull(exchange.getRequestURI().getQuery()));
    environment.put("CONTENT_TYPE", nonNull(exchange.getRequestHeaders().getFirst("Content-Type")));
    environment.put(
        "HTTP_CONTENT_ENCODING",
        nonNull(exchange.getRequestHeaders().getFirst("Content-Encoding")));
    environment.put("GIT_PROTOCOL", nonNull(exchange.getRequestHeaders().getFirst("Git-Protocol")));
    backend.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = backend.start();
    try (exchange;
        InputStream out = process.getInputStream()) {
      try (OutputStream in = process.getOutputStream()) {
        exchange.getRequestBody().transferTo(in);
      }
      int status = 200;
      for (String line = line(out); !line.isEmpty(); line = line(out)) {
        String[] header = line.split(": ", 2);
        if (header[0].equals("Status")) {
          status = Integer.parseInt(header[1].substring(0, 3));
        } else {
          exchange.getResponseHeaders().set(header[0], header[1]);
        }
      }
      exchange.sendResponseHeaders(status, 0);
      boolean pack = exchange.getRequestURI().getPath().endsWith("/git-upload-pack");
      byte[] body = out.readAllBytes();
      int length = (int) Math.min(body.length, pack && isPack(body) ? cutAfter : Long.MAX_VALUE);
      exchange.getResponseBody().write(body, 0, length);
      if (length < body.length) {
        throw new IOException("cut on purpose");
      }
    } finally {
      process.destroy();
    }
  }

  private static boolean isPack(byte[] body) {
    return new String(body, StandardCharsets.ISO_8859_1).contains("PACK");
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }

  private static String nonNull(String value) {
    return value == null ? "" : value;
  }
}
