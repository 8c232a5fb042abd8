package io.gitops4j.k8s.internal.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.k8s.internal.client.KubeHttp;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeptTest {
  @ParameterizedTest(name = "{0} -> {1}")
  @DisplayName("defaults, other forms of a quantity and left out empty values are no loss")
  @CsvSource(
      delimiter = '|',
      value = {
        "{a: b} | {a: b, c: d}",
        "{cpu: 1000m} | {cpu: '1'}",
        "{cpu: 0.5} | {cpu: 500m}",
        "{mem: 1024Mi} | {mem: 1Gi}",
        "{cpu: 1} | {cpu: '1'}",
        "{x: 1.0} | {x: 1}",
        "{a: null, b: '', c: false, d: 0, e: {}, f: []} | {}",
        "{a: null, b: '', e: {}, f: []} | {a: [], b: x, e: null, f: {}}",
        "{nodePort: 0} | {nodePort: 30000}",
        "{l: [{name: b, v: 1}, {name: a}]} | {l: [{name: a}, {name: x}, {name: b, v: 1, w: 2}]}",
        "{l: [a, b]} | {l: [x, a, b]}"
      })
  void keeps(String sent, String got) {
    assertThat(note(sent, got, false)).isEmpty();
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @DisplayName("a value that is another, or gone, is told")
  @CsvSource(
      delimiter = '|',
      value = {
        "{cpu: 1000m} | {cpu: '2'} | cpu is \"2\", desired \"1000m\"",
        "{a: b} | {} | a is absent, desired \"b\"",
        "{a: 0} | {a: 3} | a is 3, desired 0",
        "{a: true} | {a: false} | a is false, desired true",
        "{l: [{name: a, v: 1}]} | {l: [{name: a, v: 2}]} | l[name=a].v is 2, desired 1",
        "{l: [a, b]} | {l: [a]} | l[1] is absent, desired \"b\"",
        "{v: v1.10} | {v: v1.1} | v is \"v1.1\", desired \"v1.10\""
      })
  void tells(String sent, String got, String told) {
    assertThat(note(sent, got, false)).endsWith(told);
  }

  @Test
  @DisplayName("values of a Secret are not told")
  void keepsSecrets() {
    assertThat(note("{data: {a: canary}}", "{data: {a: canary2}}", true))
        .contains("data.a")
        .doesNotContain("canary");
  }

  private static String note(String sent, String got, boolean secret) {
    return Kept.note(json(sent), json(got), secret);
  }

  private static tools.jackson.databind.JsonNode json(String flow) {
    return KubeHttp.JSON.readTree(
        flow.replaceAll("'([^']*)'", "\"$1\"")
            .replaceAll("([\\[{,:]\\s*)([A-Za-z][\\w.]*|\\d+[a-zA-Z]+)(?=\\s*[,:}\\]])", "$1\"$2\"")
            .replaceAll("\"(null|true|false)\"", "$1"));
  }
}
