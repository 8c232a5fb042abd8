package io.gitops4j.examples.notifications;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.gitops4j.model.Sensitive;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.ToIntFunction;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Hears of pushes from GitHub, Gitea and GitLab. Thread-safe. */
public final class ForgeWebhook implements HttpHandler {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a forge sends is smaller. */
  private static final int LARGEST = 25 * 1024 * 1024;

  private final Sensitive<byte[]> secret;
  private final ToIntFunction<String> moved;

  /**
   * Hears nothing yet.
   *
   * @param secret that was given to the forge
   * @param moved is told the address of a repository: {@code controller::triggerRepository}
   */
  public ForgeWebhook(Sensitive<byte[]> secret, ToIntFunction<String> moved) {
    this.secret = secret;
    this.moved = moved;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readNBytes(LARGEST);
      exchange.sendResponseHeaders(answer(exchange.getRequestHeaders(), body), -1);
    }
  }

  int answer(Headers headers, byte[] body) {
    if (!genuine(headers, body)) {
      return 401;
    }
    Optional<String> address = address(body);
    address.ifPresent(moved::applyAsInt);
    return address.isPresent() ? 202 : 400;
  }

  /** Whoever knows the secret sent it; nothing of it is read before. */
  private boolean genuine(Headers headers, byte[] body) {
    String github = headers.getFirst("X-Hub-Signature-256");
    String gitea = headers.getFirst("X-Gitea-Signature");
    String gitlab = headers.getFirst("X-Gitlab-Token");
    return same(github, "sha256=" + signature(body))
        || same(gitea, signature(body))
        || same(gitlab, new String(secret.reveal(), UTF_8));
  }

  /** Takes as long for any other, so that nobody guesses it one character after the other. */
  private static boolean same(@Nullable String given, String expected) {
    return given != null && MessageDigest.isEqual(given.getBytes(UTF_8), expected.getBytes(UTF_8));
  }

  private String signature(byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.reveal(), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }

  /** GitHub and Gitea have it in the repository, GitLab in the project. */
  private static Optional<String> address(byte[] body) {
    try {
      JsonNode push = JSON.readTree(body);
      String address =
          push.path("repository")
              .path("clone_url")
              .asString(push.path("project").path("git_http_url").asString(""));
      return Optional.of(address).filter(a -> !a.isEmpty());
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }
}
