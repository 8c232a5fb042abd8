package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Any edits by others, any desired values, any policy per field. */
class ConflictSweepIT {
  private static final List<String> KEYS = List.of("a", "b", "c", "d", "e", "f");
  private static final List<ConflictPolicy> POLICIES =
      List.of(ConflictPolicy.FORCE, ConflictPolicy.YIELD, ConflictPolicy.ADOPT);

  private final ScratchTarget target = new ScratchTarget("sweep", b -> b);

  @AfterEach
  void close() {
    target.close();
  }

  @Test
  @DisplayName(
      "after any edits by others one pass leads to what the policies say, and the next one"
          + " writes nothing and asks for no dry run")
  void convergesInOnePass() {
    long seed = System.nanoTime();
    System.out.println("seed of the conflicts: " + seed);
    Random random = new Random(seed);
    Map<String, ConflictPolicy> policies = new TreeMap<>();
    for (String key : KEYS) {
      policies.put(key, POLICIES.get(random.nextInt(POLICIES.size())));
    }
    target.proxy();
    target.restart(b -> b.conflicts(policies.get("a"), rules(policies)));
    Map<String, String> desired = values(random, 0.8);
    desired.putIfAbsent("a", "1");
    Map<String, String> theirs = new TreeMap<>();
    git(desired);
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    int rounds = Boolean.getBoolean("gitops4j.exhaustive") ? 200 : 12;
    for (int round = 0; round < rounds; round++) {
      if (random.nextBoolean()) {
        theirs = values(random, 0.4);
        target.applyAs("other", object(theirs));
      }
      if (random.nextBoolean()) {
        desired = values(random, 0.8);
        git(desired);
      }
      Map<String, String> before = live();

      ReconcileOutcome outcome = target.reconcile();

      String as = "seed " + seed + ", round " + round + ", " + policies + ", before " + before;
      assertThat(outcome.kind()).as(as).isIn(Kind.APPLIED, Kind.IN_SYNC);
      Map<String, String> after = live();
      for (Map.Entry<String, String> field : desired.entrySet()) {
        String key = field.getKey();
        boolean forced = policies.get(key) == ConflictPolicy.FORCE || !theirs.containsKey(key);
        assertThat(after.get(key))
            .as(key + " of " + as)
            .isEqualTo(forced ? field.getValue() : before.get(key));
        if (forced) {
          theirs.computeIfPresent(key, (k, v) -> v.equals(field.getValue()) ? v : null);
        }
      }
      target.proxy().forget();
      assertThat(target.reconcile().kind()).as(as).isEqualTo(Kind.IN_SYNC);
      assertThat(target.dryRuns()).as(as).isZero();
      assertThat(live()).as(as).isEqualTo(after);
    }
  }

  private static List<ConflictRule> rules(Map<String, ConflictPolicy> policies) {
    List<ConflictRule> rules = new ArrayList<>();
    policies.forEach(
        (key, policy) ->
            rules.add(new ConflictRule("", "ConfigMap", "", "", "data." + key, policy)));
    return rules;
  }

  private static Map<String, String> values(Random random, double share) {
    Map<String, String> values = new TreeMap<>();
    for (String key : KEYS) {
      if (random.nextDouble() < share) {
        values.put(key, Integer.toString(random.nextInt(3)));
      }
    }
    return values;
  }

  private void git(Map<String, String> values) {
    target.file("object", object(values));
  }

  private static String object(Map<String, String> values) {
    StringBuilder yaml =
        new StringBuilder(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: object, namespace: NS}\ndata:\n");
    values.forEach((k, v) -> yaml.append("  ").append(k).append(": \"").append(v).append("\"\n"));
    return yaml.append(values.isEmpty() ? "  {}\n" : "").toString();
  }

  private Map<String, String> live() {
    Map<String, String> data =
        target
            .client()
            .configMaps()
            .inNamespace(target.namespace())
            .withName("object")
            .get()
            .getData();
    return data == null ? Map.of() : new TreeMap<>(data);
  }
}
