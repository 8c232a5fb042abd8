package io.gitops4j.k8s.internal.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.DiffException;
import io.gitops4j.k8s.YamlLimits;
import io.gitops4j.k8s.internal.order.ChangeRule.Operation;
import io.gitops4j.k8s.internal.order.Hook.DeletePolicy;
import io.gitops4j.k8s.internal.yaml.YamlReader;
import io.gitops4j.model.ResourceId;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacementReaderTest {
  private static final ResourceId ID = new ResourceId("batch", "Job", "shop", "migrate");

  @ParameterizedTest(name = "{0}")
  @DisplayName("hooks of Argo CD and Helm have their phases, on the syncs that they are meant for")
  @CsvSource(
      delimiter = '|',
      value = {
        "argocd.argoproj.io/hook: PreSync | PRE_SYNC | PRE_SYNC",
        "argocd.argoproj.io/hook: 'PreSync, PostSync' | PRE_SYNC+POST_SYNC | PRE_SYNC+POST_SYNC",
        "argocd.argoproj.io/hook: Sync | SYNC | SYNC",
        "argocd.argoproj.io/hook: SyncFail | SYNC_FAIL | SYNC_FAIL",
        "argocd.argoproj.io/hook: PreDelete | PRE_DELETE | PRE_DELETE",
        "argocd.argoproj.io/hook: PostDelete | POST_DELETE | POST_DELETE",
        "argocd.argoproj.io/hook: 'PreSync,Skip' | PRE_SYNC | PRE_SYNC",
        "helm.sh/hook: 'pre-install,pre-upgrade' | PRE_SYNC | PRE_SYNC",
        "helm.sh/hook: pre-install | PRE_SYNC | ''",
        "helm.sh/hook: pre-upgrade | '' | PRE_SYNC",
        "helm.sh/hook: 'post-install,test' | POST_SYNC | ''",
        "helm.sh/hook: post-upgrade | '' | POST_SYNC",
        "helm.sh/hook: pre-delete | PRE_DELETE | PRE_DELETE",
        "helm.sh/hook: post-delete | POST_DELETE | POST_DELETE",
      })
  void phases(String annotation, String first, String later) {
    Hook hook = read(annotation).hook().orElseThrow();

    assertThat(hook.phases(true)).extracting(Phase::name).containsExactlyInAnyOrder(words(first));
    assertThat(hook.phases(false)).extracting(Phase::name).containsExactlyInAnyOrder(words(later));
    assertThat(hook.policies()).containsExactly(DeletePolicy.BEFORE_CREATION);
  }

  private static String[] words(String text) {
    return text.isEmpty() ? new String[0] : text.split("\\+");
  }

  @Test
  @DisplayName("a hook annotation of Argo CD hides the ones of Helm")
  void argoHidesHelm() {
    Placement placement =
        read("argocd.argoproj.io/hook: PostSync, helm.sh/hook: pre-install, x.test/y: z");

    assertThat(placement.hook().orElseThrow().phases(true)).containsExactly(Phase.POST_SYNC);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("what a sync has no place for is not applied; a definition as Helm hook is no hook")
  @CsvSource(
      delimiter = '|',
      value = {
        "argocd.argoproj.io/hook: Skip | argocd.argoproj.io/hook: Skip",
        "helm.sh/hook: test | helm.sh/hook: test",
        "helm.sh/hook: pre-rollback | helm.sh/hook: pre-rollback",
        "helm.sh/hook: crd-install | ''",
      })
  void omitted(String annotation, String why) {
    Placement placement = read(annotation);

    assertThat(placement.omitted()).isEqualTo(why);
    assertThat(placement.hook()).isEmpty();
  }

  @Test
  @DisplayName("waves are numbers, weights of Helm where there is no wave")
  void waves() {
    assertThat(read("argocd.argoproj.io/sync-wave: '-5', helm.sh/hook-weight: '3'").wave())
        .isEqualTo(-5);
    assertThat(read("helm.sh/hook-weight: '3'").wave()).isEqualTo(3);
    assertThat(read("example.com/other: x")).isSameAs(Placement.PLAIN);
  }

  @Test
  @DisplayName("delete policies of both dialects add up")
  void policies() {
    Placement placement =
        read(
            "helm.sh/hook: pre-install, "
                + "helm.sh/hook-delete-policy: 'hook-succeeded,hook-failed'");

    assertThat(placement.hook().orElseThrow().policies())
        .containsExactlyInAnyOrder(DeletePolicy.SUCCEEDED, DeletePolicy.FAILED);
  }

  @Test
  @DisplayName("depends-on names objects with and without namespace, of the core group too")
  void dependencies() {
    Placement placement =
        read(
            "config.kubernetes.io/depends-on: "
                + "'apps/namespaces/shop/Deployment/db, /namespaces/shop/ConfigMap/c,"
                + "rbac.authorization.k8s.io/ClusterRole/r'");

    assertThat(placement.dependsOn())
        .containsExactly(
            new ResourceId("apps", "Deployment", "shop", "db"),
            new ResourceId("", "ConfigMap", "shop", "c"),
            new ResourceId("rbac.authorization.k8s.io", "ClusterRole", "", "r"));
  }

  @Test
  @DisplayName("an apply-time mutation names source, paths and token")
  void mutations() {
    Placement placement =
        read(
            """
            config.kubernetes.io/apply-time-mutation: |
              - sourceRef: {kind: Service, name: db}
                sourcePath: $.spec.clusterIP
                targetPath: $.spec.template.spec.containers[?(@.name=="main")].env[0].value
                token: ${ip}
              - sourceRef: {apiVersion: apps/v1, kind: Deployment, name: d, namespace: other}
                sourcePath: $.status.replicas
                targetPath: $.spec.parallelism
            """);

    assertThat(placement.substitutions()).hasSize(2);
    Substitution first = placement.substitutions().get(0);
    assertThat(first.sourceFor(ID)).isEqualTo(new ResourceId("", "Service", "shop", "db"));
    assertThat(first.token()).isEqualTo("${ip}");
    assertThat(placement.substitutions().get(1).source())
        .isEqualTo(new ResourceId("apps", "Deployment", "other", "d"));
  }

  @Test
  @DisplayName("groups and rules of kapp, also several, with names of the object filled in")
  void rules() {
    Placement placement =
        read(
            "kapp.k14s.io/change-group: 'shop/{name}', "
                + "kapp.k14s.io/change-group.two: big, "
                + "kapp.k14s.io/change-rule: upsert after upserting shop/db, "
                + "kapp.k14s.io/change-rule.x: delete before deleting shop/db");

    assertThat(placement.groups()).containsExactlyInAnyOrder("shop/migrate", "big");
    assertThat(placement.rules())
        .containsExactlyInAnyOrder(
            new ChangeRule(
                Operation.UPSERT, true, Operation.UPSERT, "shop/db", "kapp.k14s.io/change-rule"),
            new ChangeRule(
                Operation.DELETE,
                false,
                Operation.DELETE,
                "shop/db",
                "kapp.k14s.io/change-rule.x"));
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("an annotation that cannot be read is an error that quotes it")
  @CsvSource(
      delimiter = '|',
      value = {
        "argocd.argoproj.io/hook: Presync | 'Presync' is none of",
        "helm.sh/hook: pre-instal | 'pre-instal' is none of",
        "argocd.argoproj.io/sync-wave: one | 'one' is not a whole number",
        "config.kubernetes.io/depends-on: apps/Deployment | 'apps/Deployment' is neither",
        "config.kubernetes.io/depends-on: batch/namespaces/shop/Job/migrate | the object itself",
        "kapp.k14s.io/change-rule: upsert after g | 'upsert after g' does not read",
        "kapp.k14s.io/change-group: 'g/{crd-kind}' | {crd-kind} has no value",
        "argocd.argoproj.io/hook: Sync, argocd.argoproj.io/hook-delete-policy: Never | 'Never'",
        "config.kubernetes.io/apply-time-mutation: '{a: b}' | it is not one list",
        "config.kubernetes.io/apply-time-mutation: '[{sourcePath: $..x}]' | needs a kind",
        "config.kubernetes.io/apply-time-mutation: '[{sourceRef: {kind: Secret, name: s},"
            + " sourcePath: $.data.x, targetPath: $.spec.x}]' | would be readable in batch/Job",
      })
  void refuses(String annotation, String message) {
    assertThatThrownBy(() -> read(annotation))
        .isInstanceOf(DiffException.class)
        .hasMessageContaining("Job shop/migrate")
        .hasMessageContaining(message);
  }

  private static Placement read(String annotations) {
    String text =
        annotations.contains("\n")
            ? "metadata:\n  annotations:\n" + annotations.indent(4)
            : "metadata: {annotations: {" + annotations + "}}";
    return PlacementReader.read(
        ID,
        YamlReader.read("test", text.getBytes(StandardCharsets.UTF_8), YamlLimits.standard())
            .get(0)
            .value());
  }
}
