package io.gitops4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.gitops4j.k8s.testing.TestScript;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** An Application and its AppProject at the command line. */
class ProjectCommandLineIT extends CommandLineHarness {
  ProjectCommandLineIT() {
    super("project");
  }

  @BeforeEach
  void makeRepository() throws Exception {
    for (String name : List.of("a", "b")) {
      write(
          "repo/app/" + name + ".yaml",
          "{apiVersion: v1, kind: ConfigMap, metadata: {name: " + name + "}}");
    }
    write(
        "repo/app/hook.yaml",
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: hook, annotations: {argocd.argoproj.io/hook: PreSync}}
        """);
    try (Git git = Git.init().setDirectory(folder.resolve("repo").toFile()).call()) {
      git.add().addFilepattern(".").call();
      git.commit().setMessage("one").setSign(false).call();
    }
    write(
        "app.yaml",
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: %1$s}
        spec:
          project: team
          source: {repoURL: "%2$s", path: app}
          destination: {server: "https://kubernetes.default.svc", namespace: %1$s}
        """
            .formatted(namespace, folder.resolve("repo").toUri()));
  }

  @Test
  @DisplayName("what the project does not permit is refused with every reason, and nothing is done")
  void refuses() throws Exception {
    project("sourceRepos: ['https://git.example.com/**']", "destinations: []");
    Ran refused = run("sync", "--project", path("project.yaml"));
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.json().path("errors").get(0).path("reason").asString())
        .contains("is not among sourceRepos of project team")
        .contains("namespace '" + namespace + "' of cluster https://kubernetes.default.svc");

    project(PERMITTED, "namespaceResourceBlacklist: [{group: '', kind: Config*}]");
    Ran objects = run("sync", "--project", path("project.yaml"));
    assertThat(objects.code()).isEqualTo(1);
    JsonNode error = objects.json().path("errors").get(0);
    assertThat(error.path("code").asString()).isEqualTo("K8S-NOT-PERMITTED");
    assertThat(error.path("reason").asString()).contains("namespaceResourceBlacklist");
    assertThat(cluster.client().configMaps().inNamespace(namespace).withName("a").get()).isNull();
  }

  @Test
  @DisplayName(
      "the project may be in the same file; without it a warning says that it does not hold")
  void findsTheProject() throws Exception {
    assertThat(run("diff").errors()).contains("the rules of project team do not hold here");
    project("sourceRepos: []");
    write(
        "app.yaml",
        Files.readString(folder.resolve("app.yaml"))
            + "---\n"
            + Files.readString(folder.resolve("project.yaml")));
    Ran refused = run("diff");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.errors()).doesNotContain("do not hold");
  }

  @Test
  @DisplayName("a sync of one object changes it, hooks with it, and history says so")
  void syncsSelected() throws Exception {
    project(PERMITTED);
    Ran some = run("sync", "--project", path("project.yaml"), "--resource", ":ConfigMap:a");
    assertThat(some.code()).as(some.output() + some.errors()).isZero();
    assertThat(
            StreamSupport.stream(some.json().path("changes").spliterator(), false)
                .map(c -> c.path("name").asString() + " " + c.path("action").asString()))
        .containsExactly("a CREATE", "b SKIP", "hook CREATE");
    assertThat(cluster.client().configMaps().inNamespace(namespace).withName("b").get()).isNull();
    assertThat(run("history").json().path("entries").get(0).path("scope").asString())
        .isEqualTo("SELECTED");
    assertThat(run("diff", "--resource", ":ConfigMap:nothing").json().path("errors").toString())
        .contains("SELECTION-EMPTY");
  }

  @Test
  @DisplayName(
      "a window that is open and denies holds a sync, and lets one by hand pass if it says so")
  void obeysWindows() throws Exception {
    String window =
        "syncWindows: [{kind: deny, schedule: '* * * * *', duration: 1h, applications: ['*']%s}]";
    project(PERMITTED, window.formatted(""));
    Ran held = run("sync", "--project", path("project.yaml"));
    assertThat(held.code()).isEqualTo(3);
    assertThat(held.json().path("reason").asString())
        .contains("'deny * * * * * (UTC) for 1h' denies it without an end");
    project(PERMITTED, window.formatted(", manualSync: true"));
    assertThat(run("sync", "--project", path("project.yaml")).code()).isZero();
  }

  @Test
  @DisplayName("status shows what belongs to nobody, and warns where the project asks for it")
  void showsOrphans() throws Exception {
    project(PERMITTED, "orphanedResources: {warn: true, ignore: [{kind: ConfigMap, name: left}]}");
    run("sync", "--project", path("project.yaml"));
    for (String name : List.of("orphan", "left")) {
      cluster
          .client()
          .resource(
              new ConfigMapBuilder()
                  .withNewMetadata()
                  .withName(name)
                  .withNamespace(namespace)
                  .endMetadata()
                  .build())
          .create();
    }
    Ran status = run("status", "--project", path("project.yaml"));
    assertThat(status.json().path("orphans"))
        .singleElement()
        .extracting(o -> o.path("name").asString())
        .isEqualTo("orphan");
    assertThat(status.errors()).contains("1 objects belong to nobody");
    assertThat(run("status").json().has("orphans")).isFalse();
  }

  @Test
  @DisplayName(
      "an application goes by name to the cluster of a Secret, if the project may and its program is allowed")
  void findsItsCluster() throws Exception {
    project(PERMITTED, "permitOnlyProjectScopedClusters: true");
    write(
        "app.yaml",
        Files.readString(folder.resolve("app.yaml"))
            .replace("server: \"https://kubernetes.default.svc\"", "name: spoke"));
    Path plugin =
        TestScript.write(
            folder.resolve("plugin"), TestScript.print("v1", "\"token\":\"admintoken\""));
    write("clusters/readme.txt", "not a manifest: {");
    clusterSecret("other", "project: team");
    String[] there = {"--project", path("project.yaml"), "--clusters", path("clusters")};
    assertThat(reason(run("sync", there)))
        .contains("spec.destination.name is spoke, which no cluster has")
        .contains("cluster other at");

    clusterSecret("spoke", "namespaces: " + namespace);
    assertThat(reason(run("sync", there))).contains("'plugin', not run: no program is allowed");
    List<String> allowed = new ArrayList<>(List.of(there));
    allowed.addAll(List.of("--allow-exec", "plugin=" + plugin));
    String[] all = allowed.toArray(String[]::new);
    assertThat(reason(run("sync", all))).contains("is not reserved for project team");

    clusterSecret("spoke", "namespaces: elsewhere\n  project: team");
    assertThat(reason(run("sync", all))).contains("not among those of cluster spoke");
    clusterSecret("spoke", "project: team");
    Ran synced = run("sync", all);
    assertThat(synced.code()).as(synced.output() + synced.errors()).isZero();
    assertThat(cluster.client().configMaps().inNamespace(namespace).withName("a").get())
        .isNotNull();
  }

  private static String reason(Ran refused) {
    assertThat(refused.code()).as(refused.output() + refused.errors()).isNotZero();
    return refused.json().path("errors").get(0).path("reason").asString();
  }

  private void clusterSecret(String name, String more) throws Exception {
    String authority =
        cluster.kubeconfig("x").replaceAll("(?s).*certificate-authority-data: ([^}]+)}.*", "$1");
    write(
        "clusters/" + name + ".yaml",
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: %1$s, labels: {argocd.argoproj.io/secret-type: cluster}}
        stringData:
          name: %1$s
          server: "%2$s"
          config: '{"execProviderConfig": {"command": "plugin", "apiVersion": "client.authentication.k8s.io/v1"}, "tlsClientConfig": {"caData": "%3$s"}}'
          %4$s
        """
            .formatted(name, cluster.url(), authority, more));
  }

  private static final String PERMITTED =
      "sourceRepos: ['*']\n  destinations: [{server: '*', namespace: 'project-*'}]";

  private void project(String... lines) throws Exception {
    write(
        "project.yaml",
        """
        apiVersion: argoproj.io/v1alpha1
        kind: AppProject
        metadata: {name: team}
        spec:
          %s
        """
            .formatted(String.join("\n  ", lines)));
  }
}
