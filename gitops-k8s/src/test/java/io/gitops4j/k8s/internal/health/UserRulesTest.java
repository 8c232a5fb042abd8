package io.gitops4j.k8s.internal.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.k8s.HealthCheck;
import io.gitops4j.k8s.KubernetesHealth;
import io.gitops4j.k8s.argo.HealthScripts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class UserRulesTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @ParameterizedTest(name = "{0} -> {1}")
  @DisplayName("expressions of Flux are looked at in the order in progress, failed, current")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'status':{'phase':'Up'}} | HEALTHY",
        "{'status':{'phase':'Down'}} | DEGRADED",
        "{'status':{'phase':'Moving','conditions':[{'type':'Up','status':'True'}]}} | PROGRESSING",
        "{'status':{'phase':'Odd'}} | PROGRESSING",
        "{'metadata':{'generation':3},'status':{'phase':'Up','observedGeneration':2}} | PROGRESSING",
        "{'metadata':{'generation':3},'status':{'phase':'Up','observedGeneration':'2'}} | HEALTHY",
        "{'metadata':{'deletionTimestamp':'2026-01-01T00:00:00Z'},'status':{'phase':'Up'}} | PROGRESSING",
        "{'status':{'other':1}} | UNKNOWN",
        "{} | PROGRESSING"
      })
  void followsFlux(String object, HealthStatus expected) {
    KubernetesHealth health =
        KubernetesHealth.with(
            List.of(
                new HealthCheck.Expressions(
                    "example.com/v1",
                    "Widget",
                    "status.phase == 'Up'",
                    "status.phase == 'Moving'",
                    "status.phase == 'Down'")));

    Health found = health.assess(widget(object));

    assertThat(found.status()).isEqualTo(expected);
    assertThat(found.message().isEmpty()).isEqualTo(expected == HealthStatus.HEALTHY);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("expressions have what Kubernetes adds to the language")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "quantity(status.used).isLessThan(quantity('1Gi')) | true",
        "quantity('1500m').compareTo(quantity('1.5')) == 0 | true",
        "quantity('1k').asInteger() == 1000 && !quantity('1m').isInteger() | true",
        "quantity('1Ki').add(quantity('24')).sub(48).asApproximateFloat() == 1000.0 | true",
        "isQuantity('12x') | false",
        "[1, 2, 3].sum() == 6 && [3, 1].max() == 3 && ['b', 'a'].min() == 'a' | true",
        "[1, 2].isSorted() && [1, 2, 1].lastIndexOf(1) == 2 && [1, 2].indexOf(2) == 1 | true",
        "'abc 123'.find('[0-9]+') == '123' && 'a1b2'.findAll('[0-9]') == ['1', '2'] | true",
        "url('https://a.example:80/b?c').getHost() == 'a.example:80' && !isURL('x y') | true",
        "status.?missing.orValue('none') == 'none' && has(status.used) | true",
        "status.conditions.filter(c, c.type == 'Ready').all(c, c.status == 'True') | true",
        "data.key == 'value' && count > 2 | true",
        "isTrue('Ready') && text('status.used') == '300Mi' && number('count') == 3 | true",
        "'a,b'.split(',').size() == 2 && sets.contains([1, 2], [1]) | true"
      })
  void knowsTheExtensions(String expression, boolean holds) {
    KubernetesHealth health =
        KubernetesHealth.with(
            List.of(new HealthCheck.Expressions("example.com/v1", "", expression, "", "")));
    ObjectNode object =
        widget(
            "{'data':{'key':'value'},'count':3,'status':{'used':'300Mi',"
                + "'conditions':[{'type':'Ready','status':'True'}]}}");

    assertThat(health.assess(object).status())
        .isEqualTo(holds ? HealthStatus.HEALTHY : HealthStatus.PROGRESSING);
  }

  @Test
  @DisplayName("an expression that runs away, fails or gives no answer makes the health unknown")
  void boundsExpressions() {
    String long100 = "[" + "1,".repeat(99) + "1]";
    for (String expression :
        List.of(
            "%s.all(a, %s.all(b, %s.all(c, a + b + c > 0)))".formatted(long100, long100, long100),
            "status.a / 0 == 1",
            "status.a")) {
      Health found =
          KubernetesHealth.with(
                  List.of(new HealthCheck.Expressions("example.com/v1", "", expression, "", "")))
              .assess(widget("{'status':{'a':1}}"));

      assertThat(found.status()).as(found.message()).isEqualTo(HealthStatus.UNKNOWN);
      assertThat(found.message()).contains("health check cannot be evaluated");
    }
  }

  @Test
  @DisplayName("all checks that do not compile are told at once")
  void tellsAllProblems() {
    assertThatThrownBy(
            () ->
                KubernetesHealth.with(
                    List.of(
                        new HealthCheck.Expressions("example.com/v1", "A", "status.(", "", ""),
                        new HealthCheck.Expressions("example.com/v1", "B", "", "", ""),
                        new HealthCheck.Script("example.com", "C", "return {"))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("status.(")
        .hasMessageContaining("example.com/v1 B")
        .hasMessageContaining("example.com/C");
  }

  @Test
  @DisplayName(
      "code of the user stands above the rules of a group, and may leave an object to them")
  void putsTheUserFirst() {
    ObjectNode certificate =
        object(
            "cert-manager.io/v1",
            "Certificate",
            "{'status':{'conditions':[{'type':'Ready','status':'True'}]}}");
    Health own = new Health(HealthStatus.SUSPENDED, "on holiday");

    assertThat(KubernetesHealth.standard().assess(certificate).status())
        .isEqualTo(HealthStatus.HEALTHY);
    assertThat(
            KubernetesHealth.with(
                    List.of(new HealthCheck.Code("cert-*.io", "*", live -> Optional.of(own))))
                .assess(certificate))
        .isEqualTo(own);
    assertThat(
            KubernetesHealth.with(List.of(new HealthCheck.Code("*", "*", live -> Optional.empty())))
                .assess(certificate)
                .status())
        .isEqualTo(HealthStatus.HEALTHY);
  }

  @Test
  @DisplayName(
      "code of the user that throws makes the health unknown and does not tell what it saw")
  void boundsCode() {
    HealthCheck.Code throwing =
        new HealthCheck.Code(
            "example.*",
            "Widget",
            live -> {
              throw new IllegalStateException("it is " + live.path("password").asString());
            });
    HealthCheck.Code mute = new HealthCheck.Code("", "Pod", live -> null);
    KubernetesHealth health = KubernetesHealth.with(List.of(throwing, mute));

    assertThat(health.assess(widget("{'password':'letmein'}")))
        .isEqualTo(
            new Health(
                HealthStatus.UNKNOWN,
                "the health rule for example.*/Widget failed with java.lang.IllegalStateException"));
    assertThat(health.assess(object("v1", "Pod", "{}")))
        .isEqualTo(
            new Health(
                HealthStatus.UNKNOWN,
                "the health rule for Pod failed with java.lang.NullPointerException"));
  }

  @Test
  @DisplayName("the scripts of Argo CD's ConfigMap are found in both of its forms")
  void readsArgoConfigMap() {
    List<HealthCheck> checks =
        HealthScripts.of(
            Map.of(
                "resource.customizations.health.example.com_Widget",
                "return {status = 'Healthy'}",
                "resource.customizations",
                """
                other.io/Gadget:
                  health.lua: |
                    return {status = "Degraded", message = obj.status.why}
                """,
                "resource.exclusions",
                "x"));
    KubernetesHealth health = KubernetesHealth.with(checks);

    assertThat(checks).hasSize(2);
    assertThat(health.assess(widget("{}")).status()).isEqualTo(HealthStatus.HEALTHY);
    assertThat(health.assess(object("other.io/v2", "Gadget", "{'status':{'why':'rust'}}")))
        .isEqualTo(new Health(HealthStatus.DEGRADED, "rust"));
  }

  private static ObjectNode widget(String text) {
    return object("example.com/v1", "Widget", text);
  }

  private static ObjectNode object(String apiVersion, String kind, String text) {
    ObjectNode object = (ObjectNode) JSON.readTree(text.replace('\'', '"'));
    return object.put("apiVersion", apiVersion).put("kind", kind);
  }
}
