package io.gitops4j.examples.notifications;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import io.gitops4j.model.Sensitive;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ForgeWebhookTest {
  private static final String PUSH =
      "{\"repository\":{\"clone_url\":\"https://git.example.com/shop.git\"}}";

  /** By {@code openssl dgst -sha256 -hmac}. */
  private static final String SIGNATURE =
      "e6728511a3c834005b7ca56ceaf4461111c3877f9d313b5ae0d224e422cbeff8";

  private final List<String> moved = new ArrayList<>();
  private final ForgeWebhook webhook =
      new ForgeWebhook(
          Sensitive.of("a secret".getBytes(UTF_8)),
          address -> {
            moved.add(address);
            return 1;
          });

  private int answer(String header, String value, String body) {
    Headers headers = new Headers();
    headers.add(header, value);
    return webhook.answer(headers, body.getBytes(UTF_8));
  }

  @Test
  @DisplayName("a push that its forge signed, or sent with its token, tells which repository moved")
  void hears() {
    assertThat(answer("X-Hub-Signature-256", "sha256=" + SIGNATURE, PUSH)).isEqualTo(202);
    assertThat(answer("X-Gitea-Signature", SIGNATURE, PUSH)).isEqualTo(202);
    String gitlab = "{\"project\":{\"git_http_url\":\"https://git.example.com/infra.git\"}}";
    assertThat(answer("X-Gitlab-Token", "a secret", gitlab)).isEqualTo(202);

    assertThat(moved)
        .containsExactly(
            "https://git.example.com/shop.git",
            "https://git.example.com/shop.git",
            "https://git.example.com/infra.git");
  }

  @Test
  @DisplayName("whoever does not know the secret is refused, and what names no repository, too")
  void refuses() {
    assertThat(answer("X-Hub-Signature-256", "sha256=" + SIGNATURE, PUSH + " ")).isEqualTo(401);
    assertThat(answer("X-Hub-Signature-256", SIGNATURE, PUSH)).isEqualTo(401);
    assertThat(answer("X-Gitlab-Token", "a guess", PUSH)).isEqualTo(401);
    assertThat(answer("X-Something-Else", "a secret", PUSH)).isEqualTo(401);
    assertThat(answer("X-Gitlab-Token", "a secret", "{}")).isEqualTo(400);
    assertThat(answer("X-Gitlab-Token", "a secret", "no JSON")).isEqualTo(400);

    assertThat(moved).isEmpty();
  }
}
