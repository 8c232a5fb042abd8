package io.gitops4j.k8s.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.health.HealthStatus;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DisplayName;
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
        "apps/v1 | Deployment | {'paused':true} | {} | SUSPENDED",
        "apps/v1 | Deployment | {} | {SEEN,'conditions':[{'type':'Progressing','status':'False','reason':'ProgressDeadlineExceeded'}]} | DEGRADED",
        "apps/v1 | StatefulSet | {'replicas':1} | {SEEN,'readyReplicas':0} | PROGRESSING",
        "apps/v1 | StatefulSet | {'replicas':1} | {SEEN,'readyReplicas':1,'updateRevision':'a','currentRevision':'a'} | HEALTHY",
        "apps/v1 | StatefulSet | {'replicas':1} | {SEEN,'readyReplicas':1,'updateRevision':'b','currentRevision':'a'} | PROGRESSING",
        "apps/v1 | DaemonSet | {} | {SEEN,'desiredNumberScheduled':2,'updatedNumberScheduled':2,'numberAvailable':1} | PROGRESSING",
        "apps/v1 | DaemonSet | {} | {SEEN,'desiredNumberScheduled':2,'updatedNumberScheduled':2,'numberAvailable':2} | HEALTHY",
        "apps/v1 | ReplicaSet | {'replicas':1} | {SEEN,'availableReplicas':1} | HEALTHY",
        "v1 | Pod | {} | {'phase':'Running','conditions':[{'type':'Ready','status':'True'}]} | HEALTHY",
        "v1 | Pod | {} | {'phase':'Pending','containerStatuses':[{'name':'c','state':{'waiting':{'reason':'ImagePullBackOff'}}}]} | DEGRADED",
        "v1 | Pod | {} | {'phase':'Failed'} | DEGRADED",
        "batch/v1 | Job | {} | {'conditions':[{'type':'Complete','status':'True'}]} | HEALTHY",
        "batch/v1 | Job | {} | {'conditions':[{'type':'Failed','status':'True'}]} | DEGRADED",
        "batch/v1 | Job | {} | {'active':1} | PROGRESSING",
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
            "readyReplicas");
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
