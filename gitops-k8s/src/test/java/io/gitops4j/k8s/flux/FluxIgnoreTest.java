package io.gitops4j.k8s.flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.DiffException;
import io.gitops4j.k8s.IgnoreRule;
import io.gitops4j.k8s.ObjectSelector;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.ignore.IgnoreRules;
import io.gitops4j.model.ResourceId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class FluxIgnoreTest {
  private static final ResourceId WEB = new ResourceId("apps", "Deployment", "shop", "web");
  private static final JsonNode OBJECT =
      KubeHttp.JSON.readTree(
          """
          {"apiVersion": "apps/v1", "kind": "Deployment",
           "metadata": {"name": "web", "labels": {"app": "web"}, "annotations": {"note": "x"}}}
          """);

  @ParameterizedTest(name = "{0}: {1}")
  @DisplayName("patterns of a target match the whole, and all of them")
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | true",
        "{kind: Deployment} | true",
        "{kind: Deploy} | false",
        "{kind: Deploy.*, name: we?b} | true",
        "{kind: '(StatefulSet)?(Deployment)?'} | true",
        "{name: eb} | false",
        "{group: apps, version: v1} | true",
        "{version: v1beta1} | false",
        "{namespace: sh} | false",
        "{namespace: shop} | true",
        "{labelSelector: 'app in (web),!canary'} | true",
        "{labelSelector: app=other} | false",
        "{annotationSelector: note=x} | true",
        "{annotationSelector: note, labelSelector: '!app'} | false"
      })
  void matchesWhole(String target, boolean matches) {
    List<IgnoreRule> rules =
        read("ignore: [{paths: [/spec/replicas], target: %s}]".formatted(target));

    assertThat(IgnoreRules.compile(rules).in(WEB, OBJECT).isEmpty()).isEqualTo(!matches);
  }

  @Test
  @DisplayName("everything that is wrong is told at once")
  void tellsProblems() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    ignore:
                    - {paths: [spec], target: {kind: Deployment}}
                    - {target: {kind: Deployment}}
                    - {paths: [/a], target: {kind: '[', labelSelector: 'a in', other: x}}
                    """))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("'spec' must begin with /")
        .hasMessageContaining("names no field")
        .hasMessageContaining("kind '[' is no pattern")
        .hasMessageContaining("'a in' is no selector")
        .hasMessageContaining("other");
  }

  @Test
  @DisplayName("a pattern that backtracks for ever is stopped, and told")
  void stopsPatterns() {
    IgnoreRules rules =
        IgnoreRules.compile(
            List.of(
                IgnoreRule.ofPaths(
                    List.of("/a"),
                    new ObjectSelector("", "", "", "", "(a+)(a+)(a+)(a+)(a+)(a+)!", "", ""))));

    assertThatThrownBy(() -> rules.in(new ResourceId("", "ConfigMap", "n", "a".repeat(60)), OBJECT))
        .isInstanceOf(DiffException.class)
        .hasMessageContaining("(a+)(a+)(a+)(a+)(a+)(a+)!");
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @DisplayName("in Argo CD's form a star stands for any group and kind")
  @CsvSource({
    "'*', '*', true",
    "apps, '*', true",
    "'*', Deployment, true",
    "'', Deployment, false",
    "batch, '*', false",
    "a*s, D*l*t, true",
    "a*x, Deployment, false"
  })
  void honoursStars(String group, String kind, boolean matches) {
    IgnoreRule rule =
        new IgnoreRule(group, kind, "", "", List.of("/spec/replicas"), List.of(), List.of());

    assertThat(rule.matches(WEB)).isEqualTo(matches);
  }

  private static List<IgnoreRule> read(String yaml) {
    return FluxIgnore.read("kustomization.yaml", yaml.getBytes(StandardCharsets.UTF_8));
  }
}
