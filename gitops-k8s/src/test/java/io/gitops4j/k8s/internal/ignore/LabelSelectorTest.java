package io.gitops4j.k8s.internal.ignore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.k8s.internal.client.KubeHttp;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelSelectorTest {
  @ParameterizedTest(name = "{0}: {1}")
  @DisplayName("a selector selects as kubectl's does")
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | true",
        "app=web | true",
        "app==web | true",
        "app = web , tier=a | true",
        "app=other | false",
        "app!=web | false",
        "missing!=web | true",
        "app in (web, other) | true",
        "app in (other) | false",
        "missing in (web) | false",
        "app notin (other) | true",
        "app notin (web) | false",
        "missing notin (web) | true",
        "app | true",
        "missing | false",
        "!missing | true",
        "!app | false",
        "example.com/part-of=shop,!canary,app in (web) | true",
        "empty= | true",
        "missing= | false",
        "in=x | false"
      })
  void selects(String selector, boolean selected) {
    assertThat(
            LabelSelector.parse(selector)
                .matches(
                    KubeHttp.JSON.readTree(
                        "{\"app\": \"web\", \"tier\": \"a\", \"empty\": \"\","
                            + " \"example.com/part-of\": \"shop\"}")))
        .isEqualTo(selected);
  }

  @ParameterizedTest
  @DisplayName("what is no selector is an error that quotes it")
  @ValueSource(
      strings = {
        "a,", ",a", "a in", "a in b", "a in (b", "!a=b", "a b", "a===b", "a=b c", "a>1", "=b"
      })
  void refuses(String selector) {
    assertThatThrownBy(() -> LabelSelector.parse(selector))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + selector + "'");
  }
}
