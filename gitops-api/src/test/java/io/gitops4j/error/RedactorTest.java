package io.gitops4j.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.model.Sensitive;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is taken out of every text that leaves. */
class RedactorTest {
  private static final String SECRET = "c4n4ry-of-a-credential";
  private static final String TEXT = "cannot read https://ann:" + SECRET + "@git.example/shop";

  @ParameterizedTest(name = "{0}")
  @DisplayName("a credential is taken out of a text, what it was for stays")
  @CsvSource({
    "no answer from https://ann:{secret}@git.example/shop, no answer from https://***@git.example/shop",
    "https://{secret}@git.example/shop, https://***@git.example/shop",
    "SSH://ann:{secret}@git.example/shop, SSH://***@git.example/shop",
    "https://git.example/a?ref=main&access_token={secret}, "
        + "https://git.example/a?ref=main&access_token=***",
    "https://git.example/a?private_token={secret}&ref=main, "
        + "https://git.example/a?private_token=***&ref=main",
    "https://s3.example/state?X-Sig=1&sig={secret}#top, https://s3.example/state?X-Sig=1&sig=***#top",
    "https://git.example/a?Password={secret}, https://git.example/a?Password=***",
    "Authorization: Bearer {secret}, Authorization: Bearer ***",
    "authorization: basic {secret}==, authorization: basic ***"
  })
  void takesOut(String pattern, String told) {
    String text = pattern.replace("{secret}", SECRET);

    assertThat(Redactor.redact(text)).doesNotContain(SECRET).isEqualTo(told);
  }

  @Test
  @DisplayName("a text without a credential stays as it is")
  void keeps() {
    String text = "https://git.example/a?ref=main#key=1, mail ann@shop.example, a basic fix";

    assertThat(Redactor.redact(text)).isEqualTo(text);
  }

  @Test
  @DisplayName("no text of a failure, of a list of problems or of a health holds a credential")
  void everyTextPasses() {
    Failure failure =
        new Failure(
            Stage.SOURCE,
            "SOURCE-NOT-FOUND",
            Retryability.RETRY,
            Optional.of(TEXT),
            TEXT,
            Optional.of(TEXT),
            Map.of("address", TEXT));

    assertThat(failure.toString()).contains("***@git.example").doesNotContain(SECRET);
    assertThat(failure.message()).doesNotContain(SECRET);
    assertThat(failure.within("cluster").message()).doesNotContain(SECRET);
    assertThat(new ConfigurationException("target", List.of(TEXT)).getMessage())
        .doesNotContain(SECRET);
    assertThat(new Health(HealthStatus.DEGRADED, TEXT).message()).doesNotContain(SECRET);
  }

  @Test
  @DisplayName("what is marked as sensitive tells nothing of itself, also inside of a record")
  void hidesSensitive() {
    record Account(String user, Sensitive<String> password) {}

    assertThat(new Account("ann", Sensitive.of(SECRET)).toString())
        .contains("ann")
        .contains("***")
        .doesNotContain(SECRET);
    assertThat(Sensitive.of(SECRET).reveal()).isEqualTo(SECRET);
  }
}
