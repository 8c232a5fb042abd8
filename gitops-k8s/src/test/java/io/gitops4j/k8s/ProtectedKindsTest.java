package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.model.ResourceId;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ProtectedKindsTest {
  private static final ResourceId CLAIM = new ResourceId("", "PersistentVolumeClaim", "n", "a");
  private static final ResourceId SET = new ResourceId("apps", "StatefulSet", "n", "a");

  @Test
  @DisplayName("a kind that is added ends the protection of no other")
  void adds() {
    ProtectedKinds more =
        KubernetesConfig.builder(new KubernetesConfig.InCluster())
            .protectedKinds(ProtectedKinds.standard().and("apps/StatefulSet"))
            .build()
            .protectedKinds();
    assertThat(more.contain(SET)).isTrue();
    assertThat(more.contain(CLAIM)).isTrue();
    assertThat(ProtectedKinds.standard().contain(SET)).isFalse();
  }

  @Test
  @DisplayName("a list of one's own is exactly that, and a kind needs no group in it")
  void replaces() {
    ProtectedKinds own = ProtectedKinds.none().and("PersistentVolumeClaim");
    assertThat(own.contain(CLAIM)).isTrue();
    assertThat(own.contain(new ResourceId("", "Namespace", "", "a"))).isFalse();
    assertThatThrownBy(() -> own.and("apps/v1/StatefulSet"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
