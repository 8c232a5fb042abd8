package io.gitops4j.k8s.internal.diff;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SecretValuesTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String TYPED =
      "failed to create typed patch object (/sec; /v1, Kind=Secret): ";

  @ParameterizedTest(name = "{0}")
  @DisplayName("what the server quotes of a value of the wrong type is left out, where it is stays")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'password': 'pa\\\"ss\\\\wo\\trd'} | map[string]interface {}{\"password\":\"pa\\\"ss\\\\wo\\trd\"}",
        "['pa\\\"ss'] | []interface {}{\"pa\\\"ss\"}",
        "{'k': 'v\\nw\\u0007x'} | map[string]interface {}{\"k\":\"v\\nw\\ax\"}",
        "1234567890123456789012 | 1.2345678901234568e+21",
        "12 | 12"
      })
  void leavesOutWhatIsQuoted(String value, String quoted) {
    String told =
        TYPED
            + "errors:\n  .data.a: expected string, got &value.valueUnstructured{Value:"
            + quoted
            + "}\n  .immutable: expected boolean, got &{l1\nl2}";

    String masked = mask(told, "{'data': {'a': " + value + "}, 'immutable': 'l1\\nl2'}");

    assertThat(masked)
        .isEqualTo(
            TYPED
                + "errors:\n  .data.a: expected string, got ***"
                + "\n  .immutable: expected boolean, got ***");
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("a value is found as JSON and Go quote it")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "pa\\\"ss\\\\wo\\trd | pa\\\"ss\\\\wo\\trd",
        "a<b>&\\u0001c | a\\u003cb\\u003e\\u0026\\u0001c",
        "a<b>&\\u0001c | a<b>&\\x01c",
        "bell\\u0007\\u000bx | bell\\a\\vx",
        "del\\u007f\\u00a0\\u200bx | del\\x7f\\u00a0\\u200bx",
        "\\u00fcn\\u00efc\\u00f6de | \u00fcn\u00efc\u00f6de"
      })
  void findsQuotedValues(String json, String quoted) {
    assertThat(
            mask(
                "admission webhook denied the request: value \"" + quoted + "\" is weak",
                "{'stringData': {'a': '" + json + "'}}"))
        .isEqualTo("admission webhook denied the request: value \"***\" is weak");
  }

  @Test
  @DisplayName("messages about other kinds stay as they are")
  void masksSecretsOnly() {
    String told = TYPED + ".data.a: expected string, got &value.valueUnstructured{Value:12}";

    assertThat(SecretValues.mask(told, "", "ConfigMap", JSON.readTree("{\"data\": {\"a\": 12}}")))
        .isEqualTo(told);
  }

  private static String mask(String told, String object) {
    JsonNode tree = JSON.readTree(object.replace('\'', '"'));
    return SecretValues.mask(told, "", "Secret", tree);
  }
}
