package io.gitops4j.examples.notifications;

import com.sun.net.httpserver.HttpServer;
import io.gitops4j.controller.GitOpsController;
import io.gitops4j.model.Sensitive;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;

/** An endpoint for webhooks. */
public final class Receiving {
  private Receiving() {}

  /** Behind something that ends TLS. */
  public static HttpServer listen(
      GitOpsController controller, Sensitive<byte[]> secret, int port, Executor threads)
      throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
    server.createContext("/webhook", new ForgeWebhook(secret, controller::triggerRepository));
    server.setExecutor(threads);
    server.start();
    return server;
  }
}
