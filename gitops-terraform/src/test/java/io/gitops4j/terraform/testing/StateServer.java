package io.gitops4j.terraform.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A state over HTTP, with a lock that outlives who took it. */
public final class StateServer implements AutoCloseable {
  private final HttpServer http;
  private volatile String state = "";
  private volatile String lock = "";
  private volatile boolean refuseWrites;

  /** Serves an empty state. */
  public StateServer() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext("/", this::answer);
    http.start();
  }

  /** The block that names it. */
  public String backend() {
    String url = "http://127.0.0.1:" + http.getAddress().getPort() + "/state";
    return """
        terraform {
          backend "http" {
            address        = "%1$s"
            lock_address   = "%1$s"
            unlock_address = "%1$s"
            retry_max      = 0
          }
        }
        """
        .formatted(url);
  }

  /** What was stored last; empty at first. */
  public String state() {
    return state;
  }

  /** Who holds the lock, as the program told it; empty while nobody does. */
  public String lock() {
    return lock;
  }

  /** Somebody else takes the lock. */
  public void lockedBy(String holder) {
    lock = holder;
  }

  /** Whether it stores nothing for now. */
  public void refuseWrites(boolean refuse) {
    refuseWrites = refuse;
  }

  @Override
  public void close() {
    http.stop(0);
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    switch (exchange.getRequestMethod()) {
      case "GET" -> reply(exchange, state.isEmpty() ? 404 : 200, state);
      case "LOCK" -> {
        if (lock.isEmpty()) {
          lock = body;
          reply(exchange, 200, "");
        } else {
          reply(exchange, 423, lock);
        }
      }
      case "UNLOCK" -> {
        lock = "";
        reply(exchange, 200, "");
      }
      default -> {
        if (refuseWrites) {
          reply(exchange, 500, "");
        } else {
          state = body;
          reply(exchange, 200, "");
        }
      }
    }
  }

  private static void reply(HttpExchange exchange, int code, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
