package io.gitops4j.terraform.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** As much of S3 as the backend needs that names the holder of its lock. */
public final class BucketServer implements AutoCloseable {
  private static final String LOCK = "/b/state.tflock";

  private final HttpServer http;
  private final Map<String, String> objects = new ConcurrentHashMap<>();
  private volatile boolean readOnly;

  /** Begins to serve. */
  public BucketServer() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext("/", this::answer);
    http.start();
  }

  /** The configuration that keeps its state here. */
  public String backend() {
    return """
        terraform {
          backend "s3" {
            bucket                      = "b"
            key                         = "state"
            region                      = "nowhere"
            endpoints                   = { s3 = "http://127.0.0.1:%d" }
            access_key                  = "a"
            secret_key                  = "s"
            use_path_style              = true
            use_lockfile                = true
            skip_credentials_validation = true
            skip_requesting_account_id  = true
            skip_metadata_api_check     = true
            skip_region_validation      = true
            skip_s3_checksum            = true
          }
        }
        """
        .formatted(http.getAddress().getPort());
  }

  /** The lock as it is held, empty when nobody holds it. */
  public String lock() {
    return objects.getOrDefault(LOCK, "");
  }

  /** Somebody takes the lock. */
  public void lockedBy(String who, String created) {
    objects.put(
        LOCK,
        """
        {"ID":"11111111-2222-3333-4444-555555555555","Operation":"OperationTypeApply",
         "Info":"","Who":"%s","Version":"1.11.4","Created":"%s","Path":"b/state"}
        """
            .formatted(who, created));
  }

  /** Whoever holds the lock gives it back. */
  public void unlocked() {
    objects.remove(LOCK);
  }

  /** Whether it refuses every write from now on, those that give a lock back too. */
  public void readOnly(boolean refuses) {
    readOnly = refuses;
  }

  /** The state, empty when none was stored. */
  public String state() {
    return objects.getOrDefault("/b/state", "");
  }

  @Override
  public void close() {
    http.stop(0);
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String path = exchange.getRequestURI().getPath();
    boolean reads = exchange.getRequestMethod().matches("GET|HEAD");
    if (reads && path.equals("/b")) {
      reply(exchange, 200, "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>");
    } else if (reads) {
      String found = objects.get(path);
      reply(exchange, found == null ? 404 : 200, found == null ? error("NoSuchKey") : found);
    } else if (readOnly) {
      reply(exchange, 403, error("AccessDenied"));
    } else if (exchange.getRequestMethod().equals("DELETE")) {
      objects.remove(path);
      reply(exchange, 204, "");
    } else if (exchange.getRequestHeaders().containsKey("If-None-Match")
        && objects.containsKey(path)) {
      reply(exchange, 412, error("PreconditionFailed"));
    } else {
      objects.put(path, body);
      exchange.getResponseHeaders().add("ETag", "\"x\"");
      reply(exchange, 200, "");
    }
  }

  private static String error(String code) {
    return "<Error><Code>" + code + "</Code></Error>";
  }

  private static void reply(HttpExchange exchange, int code, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().add("Content-Length", String.valueOf(bytes.length));
    }
    boolean empty = bytes.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(code, empty ? -1 : bytes.length);
    if (!empty) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }
}
