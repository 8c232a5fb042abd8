package io.gitops4j.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.GitOps;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.internal.json.HistoryJson;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectionTest {
  private final InMemorySource source = new InMemorySource();
  private final InMemoryDestination destination = new InMemoryDestination();
  private final Reconciler<TextSet> reconciler =
      GitOps.target("selection")
          .source(source)
          .renderer(new TextSet.TextRenderer())
          .destination(destination)
          .build();

  @ParameterizedTest(name = "{0} {1}")
  @DisplayName("patterns are read as by argocd")
  @CsvSource({
    "apps:Deployment:web, true",
    "apps:Deployment:shop/web, true",
    "apps:Deployment:other/web, false",
    "apps:*:*, true",
    "apps:Deployment:w*b, true",
    "apps:Deployment:, true",
    "apps::web, true",
    "*:Deployment:web, true",
    ":Deployment:web, false",
    "apps:Deployment:we, false",
    "apps:Deployment:w.b, false",
    "app.:Deployment:web, false",
    "apps:Deployment:web|api, false",
    "!apps:Deployment:web, false",
    "!apps:Service:web, true"
  })
  void readsPatterns(String pattern, boolean selected) {
    assertThat(
            Selection.of(List.of(pattern))
                .selects(new ResourceId("apps", "Deployment", "shop", "web")))
        .isEqualTo(selected);
  }

  @Test
  @DisplayName("what is taken out is not among the selected, whatever else selects it")
  void excludesLast() {
    Selection most = Selection.of(List.of("!:ConfigMap:secret-*", ":ConfigMap:*"));
    assertThat(most.selects(new ResourceId("", "ConfigMap", "a", "plain"))).isTrue();
    assertThat(most.selects(new ResourceId("", "ConfigMap", "a", "secret-one"))).isFalse();
    assertThat(most.selects(new ResourceId("", "Service", "a", "plain"))).isFalse();
  }

  @Test
  @DisplayName("every pattern that cannot be read is told")
  void refusesPatterns() {
    assertThatThrownBy(() -> Selection.of(List.of("web", "a:b:c/d/e", "a:b:c:d")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("'web'")
        .hasMessageContaining("'a:b:c/d/e'")
        .hasMessageContaining("'a:b:c:d'");
    assertThatThrownBy(() -> Selection.of(List.of())).hasMessageContaining("names nothing");
  }

  @Test
  @DisplayName("only what is selected is changed, also when it is removed; history says so")
  void changesSelected() {
    source.commit("one", Map.of("a", "1", "b", "1", "c", "1"));
    reconciler.reconcile();
    source.commit("two", Map.of("a", "2"));

    ReconcileOutcome some = pass("tck:Text:a", "tck:Text:c");

    assertThat(some.kind()).isEqualTo(Kind.APPLIED);
    assertThat(destination.live())
        .containsExactly(Map.entry(TextSet.id("a"), "2"), Map.entry(TextSet.id("b"), "1"));
    HistoryEntry entry = entries().get(0);
    assertThat(entry.scope()).isEqualTo(HistoryEntry.Scope.SELECTED);
    assertThat(HistoryJson.read(HistoryJson.write(entry))).isEqualTo(entry);
    assertThat(entry.lines()).extracting(l -> l.id().name()).containsExactly("a", "c");

    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(destination.live()).doesNotContainKey(TextSet.id("b"));
    assertThat(entries().get(0).scope()).isEqualTo(HistoryEntry.Scope.WHOLE);
  }

  @Test
  @DisplayName("a selection that nothing matches is an error, not a pass that did its work")
  void refusesEmptySelection() {
    source.commit("one", Map.of("a", "1"));
    ReconcileOutcome.Failed failed = (ReconcileOutcome.Failed) pass("tck:Text:z");
    assertThat(failed.failure().code()).isEqualTo("SELECTION-EMPTY");
    assertThat(failed.failure().reason()).contains("tck:Text:z");
    assertThat(destination.writes()).isZero();
  }

  @Test
  @DisplayName("a plan shows what a selection would do")
  void plansSelected() {
    source.commit("one", Map.of("a", "1", "b", "1"));
    ReconcileOutcome.Planned planned =
        (ReconcileOutcome.Planned)
            reconciler.plan(OperationContext.create(), Selection.of(List.of("tck:Text:a")));
    assertThat(planned.plan().changes())
        .filteredOn(c -> c.action().writes())
        .extracting(c -> c.id().name())
        .containsExactly("a");
  }

  @Test
  @DisplayName("an entry of history of before there were selections was about everything")
  void readsOldEntries() {
    source.commit("one", Map.of("a", "1"));
    reconciler.reconcile();
    String old = HistoryJson.write(entries().get(0)).replace("\"scope\":\"WHOLE\",", "");
    assertThat(old).doesNotContain("scope");
    assertThat(HistoryJson.read(old).scope()).isEqualTo(HistoryEntry.Scope.WHOLE);
  }

  private ReconcileOutcome pass(String... patterns) {
    return reconciler.reconcile(OperationContext.create(), Selection.of(List.of(patterns)));
  }

  private List<HistoryEntry> entries() {
    return destination.history().list(reconciler.target(), OperationContext.create());
  }
}
