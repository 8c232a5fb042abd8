package io.gitops4j.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.inventory.Inventory;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.tck.TextSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What an approval of a plan is an approval of. */
class PlanIdTest {
  private static final ResourceId WEB = new ResourceId("apps", "Deployment", "shop", "web");
  private static final LiveVersion SEEN = new LiveVersion("uid-1", "content-1", "7");
  private static final PlanId ID = id("shop", "1", change(WEB, Action.UPDATE, SEEN));

  @Test
  @DisplayName("another target, desired state or action is another plan")
  void coversWhatIsDone() {
    assertThat(id("other", "1", change(WEB, Action.UPDATE, SEEN))).isNotEqualTo(ID);
    assertThat(id("shop", "2", change(WEB, Action.UPDATE, SEEN))).isNotEqualTo(ID);
    assertThat(id("shop", "1", change(WEB, Action.REPLACE, SEEN))).isNotEqualTo(ID);
    assertThat(id("shop", "1")).isNotEqualTo(ID);
  }

  @Test
  @DisplayName("another instance or another content of a live object is another plan")
  void coversWhatWasCompared() {
    LiveVersion remade = new LiveVersion("uid-2", SEEN.content(), SEEN.version());
    LiveVersion moved = new LiveVersion(SEEN.uid(), "content-2", SEEN.version());

    assertThat(id("shop", "1", change(WEB, Action.UPDATE, remade))).isNotEqualTo(ID);
    assertThat(id("shop", "1", change(WEB, Action.UPDATE, moved))).isNotEqualTo(ID);
  }

  @Test
  @DisplayName("another object is another plan, whichever part of its identity differs")
  void coversIdentity() {
    for (ResourceId other :
        List.of(
            new ResourceId("extensions", "Deployment", "shop", "web"),
            new ResourceId("apps", "StatefulSet", "shop", "web"),
            new ResourceId("apps", "Deployment", "other", "web"),
            new ResourceId("apps", "Deployment", "shop", "api"),
            new ResourceId("apps", "Deployment", "shopw", "eb"))) {
      assertThat(id("shop", "1", change(other, Action.UPDATE, SEEN)))
          .as("%s", other)
          .isNotEqualTo(ID);
    }
  }

  @Test
  @DisplayName("a version that moved with the status, health and words leave an approval as it is")
  void leavesOutWhatMovesByItself() {
    LiveVersion later = new LiveVersion(SEEN.uid(), SEEN.content(), "8");
    Change same = change(WEB, Action.UPDATE, later).noted("with a note");

    assertThat(id("shop", "1", same)).isEqualTo(ID);
  }

  private static Change change(ResourceId id, Action action, LiveVersion live) {
    return new Change(
        id,
        action,
        Reason.CHANGED,
        List.of(),
        Optional.of(live),
        Health.of(HealthStatus.HEALTHY),
        "");
  }

  private static PlanId id(String target, String text, Change... changes) {
    Revision revision = new Revision("main", Digest.sha256("one"), Optional.empty());
    TextSet desired =
        new TextSet(revision, new TreeMap<>(Collections.singletonMap(TextSet.id("a"), text)));
    return Plan.of(new TargetId(target), desired, Inventory.empty(), List.of(changes)).id();
  }
}
