package io.gitops4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.TargetId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks for one secret text in every byte that a process with it leaves behind. */
class CanaryIT {
  private final TestCluster cluster = TestCluster.shared();
  private final String namespace = cluster.createNamespace("canary");
  private final List<HasMetadata> policies = new ArrayList<>();
  @TempDir Path folder;

  @AfterEach
  void close() {
    policies.forEach(p -> cluster.client().resource(p).delete());
  }

  @Test
  @DisplayName("fault 44: no secret is in a log, event, error, result, output or stored document")
  void leavesNoTrace() throws Exception {
    policies();
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=debug",
                "-Dorg.slf4j.simpleLogger.log.io.fabric8=trace",
                "-cp",
                System.getProperty("java.class.path"),
                CanaryScenarios.class.getName(),
                cluster.kubeconfigFile().toString(),
                namespace,
                folder.toString(),
                cluster.url().toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      Path asked = folder.resolve("drift-please");
      await().atMost(Duration.ofMinutes(2)).until(() -> Files.exists(asked) || !process.isAlive());
      drift();
      Files.delete(asked);
      assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
    String told = Files.readString(output);

    assertThat(process.exitValue()).as(tail(told)).isZero();
    assertThat(told.lines().filter(l -> l.startsWith("scenario ")))
        .as("what happened")
        .hasSizeGreaterThan(60);
    assertThat(told)
        .as("what the process met")
        .contains("DEBUG")
        .contains("K8S-DENIED")
        .contains("K8S-UNAUTHORIZED")
        .contains("K8S-CREDENTIAL")
        .contains("loud ended with 1: *** --secret=*** ***")
        .contains("K8S-TLS")
        .contains("SOURCE-AUTHENTICATION-FAILED")
        .contains("SOURCE-UNREACHABLE")
        .contains("*** (before)")
        .contains("metrics gave gitops4j.")
        .contains("diff of typed.yaml as json gave 3")
        .contains("diff of typed.yaml as patch gave 3")
        .contains("diff of typed.yaml as unified gave 3")
        .contains("sync of typed.yaml as json gave 0")
        .contains("sync of typed.yaml as text gave 0")
        .contains("sync of typed.yaml as text gave 1")
        .contains("status of typed.yaml as json gave 0")
        .contains("history of typed.yaml as json gave 0");
    List<String> leaks = new ArrayList<>();
    leaks("output", told, leaks);
    documents(leaks);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.endsWith("app.yaml")
            && !file.startsWith(folder.resolve(CanaryCommands.REPOSITORY))) {
          leaks(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1), leaks);
        }
      }
    }
    assertThat(leaks).isEmpty();
  }

  /** What another tool, and another person, leave on a Secret. */
  private void drift() {
    cluster
        .client()
        .secrets()
        .inNamespace(namespace)
        .withName("plain")
        .edit(
            s -> {
              s.getData().put("a", base64(CanaryScenarios.CANARY + "-drifted"));
              s.getData().put("theirs", base64(CanaryScenarios.CANARY + "-theirs"));
              s.getMetadata()
                  .getAnnotations()
                  .put(
                      "kubectl.kubernetes.io/last-applied-configuration",
                      "{\"data\": {\"a\": \"" + base64(CanaryScenarios.CANARY + "-one") + "\"}}");
              s.getMetadata().getAnnotations().put("theirs", CanaryScenarios.CANARY);
              return s;
            });
  }

  /** A policy that repeats what it denies. */
  private void policies() {
    for (String yaml :
        List.of(
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicy
            metadata: {name: %1$s}
            spec:
              matchConstraints:
                namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %1$s}}
                resourceRules:
                - {apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [secrets]}
              validations:
              - expression: "!has(object.data) || !('denied' in object.data)"
                messageExpression: "'not with ' + string(object.data['denied'])"
            """,
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicyBinding
            metadata: {name: %1$s}
            spec: {policyName: %1$s, validationActions: [Deny]}
            """)) {
      HasMetadata policy = Serialization.unmarshal(yaml.formatted(namespace), HasMetadata.class);
      cluster.client().resource(policy).create();
      policies.add(policy);
    }
  }

  private void documents(List<String> leaks) throws IOException {
    String typed = new TargetId(namespace + CanaryCommands.TARGET).shortHash();
    assertThat(documents(namespace, "", leaks)).as("inventory and history").isEqualTo(2);
    assertThat(documents("gitops4j", typed, leaks)).as("of the command line").isEqualTo(2);
  }

  private int documents(String place, String end, List<String> leaks) throws IOException {
    int documents = 0;
    for (Secret secret : cluster.client().secrets().inNamespace(place).list().getItems()) {
      String name = secret.getMetadata().getName();
      if (name.startsWith("gitops4j-") && name.endsWith(end)) {
        documents++;
        byte[] packed = Base64.getDecoder().decode(secret.getData().get("content"));
        try (GZIPInputStream content = new GZIPInputStream(new ByteArrayInputStream(packed))) {
          leaks(
              secret.getMetadata().getName(),
              new String(content.readAllBytes(), StandardCharsets.UTF_8)
                  + secret.getMetadata().getAnnotations(),
              leaks);
        }
      }
    }
    return documents;
  }

  /** As it is, and as base64 at each of the three places that it can have in a group. */
  private static void leaks(String where, String text, List<String> found) {
    List<String> forms = new ArrayList<>(List.of(CanaryScenarios.CANARY));
    for (int shift = 0; shift < 3; shift++) {
      String encoded = base64("x".repeat(shift) + CanaryScenarios.CANARY);
      forms.add(encoded.substring(shift == 0 ? 0 : 4, encoded.length() - 4));
    }
    for (String line : text.lines().toList()) {
      if (forms.stream().anyMatch(line::contains)) {
        found.add(where + ": " + line.substring(0, Math.min(400, line.length())));
      }
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String tail(String text) {
    return text.substring(Math.max(0, text.length() - 2000));
  }
}
