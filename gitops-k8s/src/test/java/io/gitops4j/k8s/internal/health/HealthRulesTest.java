package io.gitops4j.k8s.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class HealthRulesTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String SEEN = "'observedGeneration':1";

  @ParameterizedTest(name = "{0} {1} spec {2} status {3} is {4}")
  @DisplayName("a kind is as well as its status says")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "apps/v1 | Deployment | {'replicas':2} | {} | PROGRESSING",
        "apps/v1 | Deployment | {'replicas':2} | {SEEN,'updatedReplicas':1} | PROGRESSING",
        "apps/v1 | Deployment | {'replicas':2} | {SEEN,'replicas':2,'updatedReplicas':2,'availableReplicas':2} | HEALTHY",
        "apps/v1 | Deployment | {'replicas':2} | {SEEN,'replicas':2,'updatedReplicas':2,'availableReplicas':1} | PROGRESSING",
        "apps/v1 | Deployment | {'replicas':2} | {SEEN,'replicas':3,'updatedReplicas':2,'availableReplicas':3} | PROGRESSING",
        "apps/v1 | Deployment | {'replicas':0} | {} | PROGRESSING",
        "apps/v1 | Deployment | {'replicas':0} | {SEEN} | HEALTHY",
        "apps/v1 | Deployment | {'paused':true} | {} | SUSPENDED",
        "apps/v1 | Deployment | {} | {SEEN,'conditions':[{'type':'Progressing','status':'False','reason':'ProgressDeadlineExceeded'}]} | DEGRADED",
        "apps/v1 | StatefulSet | {'replicas':1} | {SEEN,'readyReplicas':0} | PROGRESSING",
        "apps/v1 | StatefulSet | {'replicas':1} | {SEEN,'readyReplicas':1,'updateRevision':'a','currentRevision':'a'} | HEALTHY",
        "apps/v1 | StatefulSet | {'replicas':1} | {SEEN,'readyReplicas':1,'updateRevision':'b','currentRevision':'a'} | PROGRESSING",
        "apps/v1 | DaemonSet | {} | {} | PROGRESSING",
        "apps/v1 | DaemonSet | {} | {SEEN,'desiredNumberScheduled':2,'updatedNumberScheduled':1,'numberAvailable':2} | PROGRESSING",
        "apps/v1 | DaemonSet | {} | {SEEN,'desiredNumberScheduled':2,'updatedNumberScheduled':2,'numberAvailable':1} | PROGRESSING",
        "apps/v1 | DaemonSet | {} | {SEEN,'desiredNumberScheduled':2,'updatedNumberScheduled':2,'numberAvailable':2} | HEALTHY",
        "apps/v1 | ReplicaSet | {'replicas':1} | {SEEN} | PROGRESSING",
        "apps/v1 | ReplicaSet | {'replicas':1} | {SEEN,'availableReplicas':1} | HEALTHY",
        "v1 | Pod | {} | {'phase':'Running','conditions':[{'type':'Ready','status':'True'}]} | HEALTHY",
        "v1 | Pod | {} | {'phase':'Pending','containerStatuses':[{'name':'c','state':{'waiting':{'reason':'ImagePullBackOff'}}}]} | DEGRADED",
        "v1 | Pod | {} | {'phase':'Failed'} | DEGRADED",
        "v1 | Pod | {'restartPolicy':'Never'} | {'phase':'Running','conditions':[{'type':'Ready','status':'True'}]} | PROGRESSING",
        "v1 | Pod | {'restartPolicy':'OnFailure'} | {'phase':'Running','containerStatuses':[{'name':'c','state':{'waiting':{'reason':'CrashLoopBackOff'}}}]} | PROGRESSING",
        "v1 | Pod | {} | {'phase':'Running','containerStatuses':[{'name':'c','ready':false,'state':{'terminated':{'exitCode':1}}}]} | DEGRADED",
        "v1 | Pod | {} | {'phase':'Running','containerStatuses':[{'name':'c','ready':false,'state':{'running':{}}}]} | PROGRESSING",
        "batch/v1 | Job | {} | {'conditions':[{'type':'Complete','status':'True'}]} | HEALTHY",
        "batch/v1 | Job | {} | {'conditions':[{'type':'Failed','status':'True'}]} | DEGRADED",
        "batch/v1 | Job | {} | {'active':1} | PROGRESSING",
        "batch/v1 | CronJob | {} | {} | HEALTHY",
        "batch/v1 | CronJob | {'suspend':true} | {} | SUSPENDED",
        "batch/v1 | CronJob | {} | {'lastScheduleTime':'2026-01-02T00:00:00Z','lastSuccessfulTime':'2026-01-01T00:00:00Z'} | DEGRADED",
        "policy/v1 | PodDisruptionBudget | {} | {'conditions':[{'type':'DisruptionAllowed','status':'False','reason':'SyncFailed'}]} | DEGRADED",
        "policy/v1 | PodDisruptionBudget | {} | {'conditions':[{'type':'DisruptionAllowed','status':'False','reason':'InsufficientPods'}]} | HEALTHY",
        "v1 | Service | {'type':'ClusterIP'} | {} | HEALTHY",
        "v1 | Service | {'type':'LoadBalancer'} | {'loadBalancer':{}} | PROGRESSING",
        "networking.k8s.io/v1 | Ingress | {} | {'loadBalancer':{'ingress':[{'ip':'1.2.3.4'}]}} | HEALTHY",
        "v1 | PersistentVolumeClaim | {} | {'phase':'Bound'} | HEALTHY",
        "v1 | PersistentVolumeClaim | {} | {'phase':'Lost'} | DEGRADED",
        "autoscaling/v2 | HorizontalPodAutoscaler | {} | {'conditions':[{'type':'AbleToScale','status':'True'}]} | HEALTHY",
        "autoscaling/v2 | HorizontalPodAutoscaler | {} | {'conditions':[{'type':'ScalingActive','status':'False','reason':'FailedGetResourceMetric'}]} | DEGRADED",
        "apiextensions.k8s.io/v1 | CustomResourceDefinition | {} | {'conditions':[{'type':'Established','status':'True'}]} | HEALTHY",
        "apiextensions.k8s.io/v1 | CustomResourceDefinition | {} | {'conditions':[{'type':'NamesAccepted','status':'False'}]} | DEGRADED",
        "apiregistration.k8s.io/v1 | APIService | {} | {'conditions':[{'type':'Available','status':'False'}]} | PROGRESSING",
        "v1 | Node | {} | {'conditions':[{'type':'Ready','status':'True'},{'type':'DiskPressure','status':'False'}]} | HEALTHY",
        "v1 | Node | {} | {'conditions':[{'type':'Ready','status':'True'},{'type':'DiskPressure','status':'True'}]} | DEGRADED",
        "v1 | Node | {} | {'conditions':[{'type':'Ready','status':'Unknown'}]} | DEGRADED",
        "v1 | Node | {'unschedulable':true} | {'conditions':[{'type':'Ready','status':'True'}]} | SUSPENDED",
        "v1 | Node | {} | {} | PROGRESSING",
        "v1 | ConfigMap | {} | {} | HEALTHY",
        "example.com/v1 | Widget | {} | {} | PROGRESSING",
        "example.com/v1 | Widget | {} | {'conditions':[{'type':'Ready','status':'True'}]} | HEALTHY",
        "example.com/v1 | Widget | {} | {'conditions':[{'type':'Ready','status':'False'}]} | PROGRESSING",
        "example.com/v1 | Widget | {} | {'conditions':[{'type':'Stalled','status':'True'}]} | DEGRADED"
      })
  void assesses(String apiVersion, String kind, String spec, String status, HealthStatus expected) {
    assertThat(HealthRules.standard().assess(object(apiVersion, kind, spec, status)).status())
        .isEqualTo(expected);
  }

  @Property(tries = 500)
  @Label("no shape of status makes a rule throw, and an unseen generation is never healthy")
  void neverThrows(@ForAll("kinds") String kind, @ForAll("statuses") String status) {
    String apiVersion = kind.substring(0, kind.indexOf(' '));
    ObjectNode object = object(apiVersion, kind.substring(kind.indexOf(' ') + 1), "{}", status);
    HealthStatus found = HealthRules.standard().assess(object).status();

    assertThat(found).isNotNull();
    boolean ownRule = apiVersion.startsWith("apps/") || apiVersion.startsWith("example");
    if (ownRule && object.path("status").path("observedGeneration").asLong(1) < 1) {
      assertThat(found).isNotEqualTo(HealthStatus.HEALTHY);
    }
  }

  @Property(tries = 300)
  @Label("a custom resource that nothing speaks for is never healthy, whatever its spec says")
  void isNeverHealthyByDefault(
      @ForAll @AlphaChars @StringLength(min = 1, max = 8) String name,
      @ForAll("statuses") String spec,
      @ForAll boolean status) {
    String group = name.toLowerCase(Locale.ROOT) + ".example.com/v1";
    ObjectNode object = object(group, "Kind" + name, spec, status ? "{'observed':1}" : "{}");

    Health found = HealthRules.standard().assess(object);

    assertThat(found.status()).isIn(HealthStatus.PROGRESSING, HealthStatus.UNKNOWN);
    assertThat(found.message()).isNotEmpty();
  }

  @ParameterizedTest(name = "{0} is {1}: {2}")
  @DisplayName("a kind that nobody described is judged by what its conditions and words mean")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'conditions':[{'type':'Ready','status':'False','reason':'Failed','message':'no disk'}]} | DEGRADED | no disk",
        "{'conditions':[{'type':'Ready','status':'False','reason':'Provisioning'}]} | PROGRESSING | Provisioning",
        "{'conditions':[{'type':'Ready','status':'Unknown'}]} | PROGRESSING | Ready",
        "{'conditions':[{'type':'Synced','status':'True'},{'type':'Ready','status':'True'}]} | HEALTHY | ``",
        "{'conditions':[{'type':'Synced','status':'False','reason':'SyncError'},{'type':'Ready','status':'True'}]} | DEGRADED | SyncError",
        "{'conditions':[{'type':'DatabaseReady','status':'True'},{'type':'CacheReady','status':'False','reason':'Creating'}]} | PROGRESSING | Creating",
        "{'conditions':[{'type':'Available','status':'True'},{'type':'Progressing','status':'False','reason':'ProgressDeadlineExceeded'}]} | DEGRADED | ProgressDeadlineExceeded",
        "{'conditions':[{'type':'Available','status':'True'},{'type':'Progressing','status':'True','reason':'NewReplicaSetAvailable'}]} | HEALTHY | ``",
        "{'conditions':[{'type':'Unhealthy','status':'True','message':'2 nodes lost'}]} | DEGRADED | 2 nodes lost",
        "{'conditions':[{'type':'NoErrors','status':'True'}]} | UNKNOWN | nothing in its status",
        "{'conditions':[{'type':'NoErrors','status':'True'},{'type':'Available','status':'True'}]} | HEALTHY | ``",
        "{'conditions':[{'type':'Complete','status':'True','reason':'JobFailed'}]} | DEGRADED | JobFailed",
        "{'conditions':[{'type':'Available','status':'True'},{'type':'Progressing','status':'Unknown'}]} | PROGRESSING | Progressing",
        "{'updateStatus':'SyncFailed'} | DEGRADED | SyncFailed",
        "{'phase':'MigratingData','health':'green'} | PROGRESSING | MigratingData",
        "{'lastOperationStatus':'Success'} | UNKNOWN | nothing in its status",
        "{'clusterState':'NotFound'} | MISSING | NotFound",
        "{'failureMessage':'no quota'} | DEGRADED | no quota",
        "{'conditions':[{'type':'Paused','status':'True'}]} | SUSPENDED | Paused",
        "{'conditions':[{'type':'Ready','status':'True','observedGeneration':0}]} | PROGRESSING | older generation",
        "{'conditions':[{'type':'Ready','status':'True'}],'phase':'Provisioning'} | PROGRESSING | Provisioning",
        "{'phase':'Running'} | HEALTHY | ``",
        "{'state':'ERROR','message':'no route'} | DEGRADED | no route",
        "{'ready':true} | HEALTHY | ``",
        "{'ready':false} | PROGRESSING | status.ready is false",
        "{'healthy':false,'phase':'Running'} | DEGRADED | status.healthy is false",
        "{'readyToUse':false,'error':{'message':'no snapshot class'}} | DEGRADED | no snapshot class",
        "{'members':3,'readyMembers':2} | PROGRESSING | 2 of 3 members are ready",
        "{'members':3,'readyMembers':3} | HEALTHY | ``",
        "{'members':0,'readyMembers':0} | PROGRESSING | no status yet",
        "{'statusReplicas':'1/3','phase':'Running'} | PROGRESSING | 1/3",
        "{'statusReplicas':'3/3'} | HEALTHY | ``",
        "{'conditions':[{'type':'Available','status':'True'}],'unavailableReplicas':1} | PROGRESSING | unavailableReplicas is 1",
        "{'status':'ERROR, no such secret'} | DEGRADED | no such secret",
        "{'conditions':[],'revision':0,'uid':''} | PROGRESSING | no status yet",
        "{'parents':[{'conditions':[{'type':'Accepted','status':'True'}]}]} | HEALTHY | ``",
        "{'parents':[{'conditions':[{'type':'Accepted','status':'True'}]},{'conditions':[{'type':'Accepted','status':'False','reason':'Conflict'}]}]} | DEGRADED | Conflict",
        "{'conditions':[{'type':'Odd','status':'True'}],'parents':[{'conditions':[{'type':'Accepted','status':'True'}]}]} | UNKNOWN | nothing in its status",
        "{'conditions':[{'type':'Ready','status':'True'}],'environments':[{'phase':'failure'}]} | DEGRADED | failure",
        "{'phase':'Running','history':[{'state':'Failed'}]} | HEALTHY | ``",
        "{'conditions':[{'type':'DatabaseReady','status':'True','observedGeneration':1}]} | HEALTHY | ``",
        "{'conditions':[{'type':'DatabaseReady','status':'True'}]} | UNKNOWN | nothing in its status",
        "{'conditions':[{'type':'Launched','status':'True','observedGeneration':1}]} | UNKNOWN | nothing in its status",
        "{'conditions':[{'type':'Ready','status':'False','reason':'ReconcilePaused'}]} | SUSPENDED | ReconcilePaused",
        "{'conditions':[{'type':'Ready','status':'False','reason':'NotAllPodsReady','message':'pods are unavailable'}]} | PROGRESSING | NotAllPodsReady",
        "{'observedGeneration':'0','conditions':[{'type':'Ready','status':'True'}]} | PROGRESSING | generation 0",
        "{'ancestors':[{'conditions':[{'type':'Accepted','status':'True'}]},{'conditions':[{'type':'Odd','status':'True'}]}]} | UNKNOWN | nothing in its status",
        "{'state':'Completed','pass':false} | DEGRADED | status.pass is false",
        "{'phase':'Ready','modelState':'BlockedByFailedLoad'} | DEGRADED | BlockedByFailedLoad",
        "{'phase':'FailedOver'} | UNKNOWN | nothing in its status",
        "{'conditions':[{'type':'Ready','status':'True'},{'type':'example.com/hibernation','status':'True'}]} | SUSPENDED | hibernation",
        "{'conditions':[{'type':'Available','status':'True'},{'type':'DependenciesInstalled','status':'True'},{'type':'NotDegraded','status':'True'}]} | HEALTHY | ``",
        "{'conditions':[{'type':'Available','status':'True'},{'type':'SyncStalled','status':'True'}]} | DEGRADED | SyncStalled",
        "{'status':'Passed'} | HEALTHY | ``",
        "{'clusterStatus':'OFFLINE'} | DEGRADED | OFFLINE",
        "{'state':'notReady'} | PROGRESSING | notReady",
        "{'phase':'Odd'} | UNKNOWN | nothing in its status",
        "{'observedGeneration':0,'conditions':[{'type':'Ready','status':'True'}]} | PROGRESSING | generation 0",
        "{'state':'clusterRunning'} | HEALTHY | ``",
        "{'status':'volumeEnabled'} | HEALTHY | ``",
        "{'state':'notYetReady'} | UNKNOWN | nothing in its status",
        "{'state':'clusterRunning','topicState':'ClusterRollingUpgrading'} | PROGRESSING | ClusterRollingUpgrading",
        "{'state':'ClusterRunning','configState':'ConfigOutOfSync'} | PROGRESSING | ConfigOutOfSync",
        "{'provisioningStatus':{'provisioningState':'fulfilled'}} | HEALTHY | ``",
        "{'result':'Failed'} | DEGRADED | Failed",
        "{'conditions':[{'type':'Ready','status':'False','reason':'Cloning','message':'1 of 2'}]} | PROGRESSING | Cloning",
        "{'conditions':[{'type':'Ready','status':'False','reason':'Migrating','message':'Error: no table'}]} | DEGRADED | no table",
        "{'conditions':[{'type':'Ready','status':'False','reason':'MissingSecret'}]} | DEGRADED | MissingSecret",
        "{'conditions':[{'type':'Available','status':'False','reason':'RequestSucceeded'}]} | PROGRESSING | RequestSucceeded",
        "{'conditions':[{'type':'Available','status':'False','reason':'NoPodReady'}]} | DEGRADED | NoPodReady",
        "{'conditions':[{'type':'Rendered','status':'False','reason':'RenderFailed','message':'no chart'}]} | DEGRADED | no chart",
        "{'conditions':[{'type':'RolledOut','status':'False','reason':'Progressing'}]} | PROGRESSING | Progressing",
        "{'conditions':[{'type':'SpecError','status':'False','reason':'NoError'}]} | UNKNOWN | nothing in its status",
        "{'conditions':[{'type':'Available','status':'True'},{'type':'Upgradeable','status':'False','reason':'UpgradeForbidden'}]} | HEALTHY | ``",
        "{'conditions':[{'type':'WidgetReady','status':'True'}]} | HEALTHY | ``",
        "{'conditions':[{'type':'WidgetReady','status':'True'},{'type':'DiskReady','status':'False','reason':'Creating'}]} | PROGRESSING | Creating",
        "{'conditions':[{'type':'Successful','status':'True'},{'type':'Running','status':'True','reason':'Successful'}]} | HEALTHY | ``",
        "{'loadBalancer':{'ingress':[{'ip':'1.2.3.4'}]}} | HEALTHY | ``",
        "{'loadBalancer':{},'observed':1} | PROGRESSING | no address yet",
        "{'provisioned':true} | HEALTHY | ``",
        "{'phase':'Bound','lastOperationStatus':'Progressing'} | PROGRESSING | lastOperationStatus",
        "{'phase':'Bound','lastOperationStatus':'Failed'} | HEALTHY | ``",
        "{'conditions':[{'type':'Ready','status':'True'},{'type':'Updating','status':'True','reason':'NewVersion'}]} | PROGRESSING | NewVersion",
        "{'conditions':[{'type':'Ready','status':'True'},{'type':'DisksRunning','status':'True'}]} | HEALTHY | ``",
        "{'applied':false,'revision':3} | DEGRADED | status.applied is false",
        "{'observed':1,'errors':['no such host']} | DEGRADED | no such host",
        "{'instances':[{'readyReplicas':3,'replicas':3}]} | HEALTHY | ``",
        "{'conditions':[{'type':'Available','status':'True'}],'instances':[{'readyReplicas':1,'replicas':3}]} | PROGRESSING | 1 of 3 replicas",
        "{'phase':'Running','inventory':{'link':{'state':'down'}}} | HEALTHY | ``",
        "{'instances':[{'replicas':3,'readyReplicas':3},{'replicas':3}]} | PROGRESSING | 0 of 3 replicas are ready",
        "{'instances':[{'replicas':3,'readyReplicas':3,'phase':'Running'},{'replicas':3,'phase':'Running'}]} | PROGRESSING | 0 of 3 replicas are ready",
        "{'master':{'nodes':1,'healthyNodes':1},'data':{'nodes':2}} | PROGRESSING | 0 of 2 nodes are healthy",
        "{'instances':[{'replicas':3,'readyReplicas':3},{'replicas':0},{'name':'x'}]} | HEALTHY | ``",
        "{'instances':[{'replicas':3,'readyReplicas':3,'updatedReplicas':3},{'replicas':3,'readyReplicas':3}]} | HEALTHY | ``",
        "{'phase':'InfrastructureProvisioned'} | UNKNOWN | nothing in its status",
        "{'phase':'BootstrapReady'} | UNKNOWN | nothing in its status",
        "{'phase':'RollbackCompleted'} | UNKNOWN | nothing in its status",
        "{'backupState':'BackupCompleted'} | UNKNOWN | nothing in its status",
        "{'topicState':'TopicReady'} | HEALTHY | ``",
        "{'phase':'WidgetRunning'} | HEALTHY | ``",
        "{'conditions':[{'type':'Ready','status':'True'},{'type':'Progressing','status':'True'},{'type':'Updating','status':'True','reason':'NewVersion'}]} | PROGRESSING | NewVersion",
        "{'conditions':[{'type':'Ready','status':'True'},{'type':'Updating','status':'True','reason':'NewVersion'},{'type':'Progressing','status':'True'}]} | PROGRESSING | NewVersion"
      })
  void infers(String status, HealthStatus expected, String says) {
    Health found = HealthRules.standard().assess(object("example.com/v1", "Widget", "{}", status));

    assertThat(found.status()).as(found.message()).isEqualTo(expected);
    assertThat(found.message()).contains(says);
  }

  @ParameterizedTest(name = "{0} with {1} is {2}")
  @DisplayName("words and conditions are read with the name of the kind in mind")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Backup | {'phase':'BackupRunning'} | PROGRESSING",
        "DatabaseRestore | {'phase':'RestoreRunning'} | PROGRESSING",
        "ImportJob | {'state':'JobRunning'} | PROGRESSING",
        "TestRun | {'phase':'EnvironmentProvisioned'} | PROGRESSING",
        "Migration | {'phase':'SchemaReady'} | PROGRESSING",
        "Backup | {'phase':'BackupCompleted'} | HEALTHY",
        "DatabaseRestore | {'phase':'RestoreSucceeded'} | HEALTHY",
        "Migration | {'phase':'SchemaCompleted'} | UNKNOWN",
        "KafkaTopic | {'phase':'TopicReady'} | HEALTHY",
        "VM | {'phase':'vmRunning'} | HEALTHY",
        "Config | {'conditions':[{'type':'Configured','status':'True'}]} | HEALTHY",
        "Install | {'conditions':[{'type':'Installed','status':'True'}]} | HEALTHY",
        "Deploy | {'conditions':[{'type':'Deployed','status':'True'}]} | HEALTHY",
        "App | {'conditions':[{'type':'Applied','status':'True'}]} | HEALTHY"
      })
  void readsWithTheKind(String kind, String status, HealthStatus expected) {
    assertThat(judge(kind, status)).isEqualTo(expected);
  }

  @Test
  @DisplayName("what runs once is not healthy while it runs, and what is deleted is on its way")
  void looksAtTheKindOfLife() {
    assertThat(judge("BackupRun", "{'phase':'Running'}")).isEqualTo(HealthStatus.PROGRESSING);
    assertThat(judge("BackupRun", "{'phase':'Succeeded'}")).isEqualTo(HealthStatus.HEALTHY);
    assertThat(
            HealthRules.standard()
                .assess(
                    object(
                        "example.com/v1",
                        "Widget",
                        "{'replicas':2}",
                        "{'phase':'Running','readyReplicas':1}")))
        .isEqualTo(new Health(HealthStatus.PROGRESSING, "1 of 2 replicas are ready"));
    ObjectNode leaving =
        object(
            "example.com/v1", "Widget", "{}", "{'conditions':[{'type':'Ready','status':'True'}]}");
    leaving
        .withObject("metadata")
        .put("deletionTimestamp", "2026-01-01T00:00:00Z")
        .putArray("finalizers")
        .add("a/b");
    assertThat(HealthRules.standard().assess(leaving))
        .isEqualTo(
            new Health(
                HealthStatus.PROGRESSING,
                "is being deleted since 2026-01-01T00:00:00Z, held by finalizers a/b"));
  }

  @Test
  @DisplayName("an autoscaler of version 1 tells its conditions in an annotation")
  void readsAnnotatedConditions() {
    ObjectNode scaler = object("autoscaling/v1", "HorizontalPodAutoscaler", "{}", "{}");
    ObjectNode annotations = scaler.withObject("metadata").putObject("annotations");
    String key = "autoscaling.alpha.kubernetes.io/conditions";

    annotations.put(key, "[{\"type\":\"AbleToScale\",\"status\":\"True\"}]");
    assertThat(HealthRules.standard().assess(scaler).status()).isEqualTo(HealthStatus.HEALTHY);
    annotations.put(
        key, "[{\"type\":\"AbleToScale\",\"status\":\"False\",\"reason\":\"FailedGetScale\"}]");
    assertThat(HealthRules.standard().assess(scaler).status()).isEqualTo(HealthStatus.DEGRADED);
    annotations.put(key, "no json");
    assertThat(HealthRules.standard().assess(scaler).status()).isEqualTo(HealthStatus.PROGRESSING);
  }

  @Test
  @DisplayName("a pod tells what its containers wait for, and how they ended before")
  void tellsPodTrouble() {
    ObjectNode pod =
        object(
            "v1",
            "Pod",
            "{}",
            "{'phase':'Running','containerStatuses':["
                + "{'name':'web','ready':false,"
                + "'state':{'waiting':{'reason':'CrashLoopBackOff','message':'back-off 40s'}},"
                + "'lastState':{'terminated':{'exitCode':137,'reason':'OOMKilled'}}},"
                + "{'name':'proxy','ready':true,"
                + "'lastState':{'terminated':{'exitCode':1,'reason':'Error'}}}]}");

    assertThat(HealthRules.standard().assess(pod))
        .isEqualTo(
            new Health(
                HealthStatus.DEGRADED,
                "container web waits: CrashLoopBackOff (back-off 40s),"
                    + " ended before with code 137 OOMKilled"));
  }

  private static HealthStatus judge(String kind, String status) {
    return HealthRules.standard().assess(object("example.com/v1", kind, "{}", status)).status();
  }

  @Provide
  Arbitrary<String> kinds() {
    return Arbitraries.of(
        "apps/v1 Deployment",
        "apps/v1 StatefulSet",
        "apps/v1 DaemonSet",
        "v1 Pod",
        "v1 Service",
        "batch/v1 Job",
        "autoscaling/v2 HorizontalPodAutoscaler",
        "example.com/v1 Widget");
  }

  @Provide
  Arbitrary<String> statuses() {
    Arbitrary<String> values =
        Arbitraries.of("null", "0", "1", "'x'", "[]", "{}", "[1,null,{}]", "true", "[{'type':1}]");
    Arbitrary<String> names =
        Arbitraries.of(
            "conditions",
            "observedGeneration",
            "replicas",
            "containerStatuses",
            "phase",
            "loadBalancer",
            "updatedReplicas",
            "readyReplicas",
            "ready",
            "parents");
    return names
        .flatMap(n -> values.map(v -> "'" + n + "':" + v))
        .list()
        .ofMaxSize(4)
        .map(parts -> "{" + String.join(",", List.copyOf(new TreeSet<>(parts))) + "}");
  }

  private static ObjectNode object(String apiVersion, String kind, String spec, String status) {
    ObjectNode object = JSON.createObjectNode().put("apiVersion", apiVersion).put("kind", kind);
    object.putObject("metadata").put("name", "x").put("generation", 1);
    object.set("spec", json(spec));
    object.set("status", json(status));
    return object;
  }

  private static JsonNode json(String text) {
    return JSON.readTree(text.replace("SEEN", SEEN).replace('\'', '"'));
  }
}
