package io.gitops4j.k8s;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.gitops4j.model.TargetId;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** One object that two field managers want. */
abstract class ConflictHarness {
  private static final String DESIRED =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: shared, namespace: NS, annotations: {example.com/note: "%s"}}
      data: {size: "%s", colour: blue}
      """;
  static final String THEIRS =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: shared, namespace: NS}
      data: {size: "%s"}
      """;
  static final String NOTHING =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: shared, namespace: NS}
      """;

  final ScratchTarget target = new ScratchTarget("conflict", b -> b);

  @AfterEach
  final void close() {
    target.close();
  }

  final String hash() {
    return new TargetId(target.namespace()).shortHash();
  }

  final void configure(ConflictPolicy policy) {
    target.proxy();
    target.restart(b -> b.conflicts(policy, List.of()));
  }

  final void git(String note, String size) {
    target.file("shared", DESIRED.formatted(note, size));
  }

  final ConfigMap live() {
    return target.client().configMaps().inNamespace(target.namespace()).withName("shared").get();
  }
}
