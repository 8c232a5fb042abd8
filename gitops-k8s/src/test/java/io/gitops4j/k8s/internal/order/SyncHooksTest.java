package io.gitops4j.k8s.internal.order;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class SyncHooksTest {
  private static final JsonMapper JSON = new JsonMapper();

  @Test
  @DisplayName("what only a sync runs is left out; what is applied, or runs at the end, stays")
  void leavesOutWhatASyncRuns() {
    assertThat(without("{}")).contains("{}");
    assertThat(without("{\"argocd.argoproj.io/hook\":\"PreSync, SyncFail\"}")).isEmpty();
    assertThat(without("{\"argocd.argoproj.io/hook\":\"Skip\"}"))
        .contains("{\"argocd.argoproj.io/hook\":\"Skip\"}");
    assertThat(without("{\"helm.sh/hook\":\"post-install,post-upgrade\"}")).isEmpty();
    assertThat(without("{\"helm.sh/hook\":\"crd-install\"}"))
        .contains("{\"helm.sh/hook\":\"crd-install\"}");
    assertThat(without("{\"helm.sh/hook\":\"test\"}")).contains("{\"helm.sh/hook\":\"test\"}");
    assertThat(without("{\"argocd.argoproj.io/hook\":\"PreSync,PostDelete\",\"a\":\"b\"}"))
        .contains("{\"argocd.argoproj.io/hook\":\"PostDelete\",\"a\":\"b\"}");
    assertThat(without("{\"helm.sh/hook\":\"pre-install,pre-delete\"}"))
        .contains("{\"helm.sh/hook\":\"pre-delete\"}");
  }

  @Test
  @DisplayName("the object it is asked about is not changed")
  void changesNothing() {
    ObjectNode object = object("{\"argocd.argoproj.io/hook\":\"Sync,PreDelete\"}");
    ObjectNode before = object.deepCopy();

    SyncHooks.without(object);

    assertThat(object).isEqualTo(before);
  }

  private static Optional<String> without(String annotations) {
    return SyncHooks.without(object(annotations))
        .map(o -> o.path("metadata").path("annotations").toString());
  }

  private static ObjectNode object(String annotations) {
    return (ObjectNode) JSON.readTree("{\"metadata\":{\"annotations\":" + annotations + "}}");
  }
}
