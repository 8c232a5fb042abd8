package io.gitops4j.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.TargetBuilder;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Reason;
import io.gitops4j.model.Sensitive;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.SyncPolicy;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.terraform.testing.TerraformPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workspaces with a provider that is installed, from a mirror. */
class ProvidersTest {
  private static final String REQUIRED =
      """
      terraform {
        required_providers {
          time = {
            source = "example.com/test/time"
          }
        }
      }
      """;

  @TempDir Path folder;
  private final InMemorySource source = new InMemorySource();
  private final Map<String, String> files = new HashMap<>();

  @Test
  @DisplayName("a provider is installed from the mirror, and a second pass finds no drift")
  void installsFromTheMirror() {
    for (Path program : TerraformPrograms.all()) {
      commit(REQUIRED + "resource \"time_static\" \"now\" {}\n");
      String name = "mirror-" + program.getFileName();

      assertThat(target(name, program).build().reconcile().kind()).isEqualTo(Kind.APPLIED);
      // Terraform 1.11 ends a refresh-only plan with the code of changes here, though there are
      // none.
      assertThat(target(name, program).build().reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    }
  }

  @Test
  @DisplayName("what went away by itself is drift: observed when asked to, else made again")
  void findsDrift() {
    commit(
        REQUIRED
            + "resource \"time_rotating\" \"key\" {\n  rotation_minutes = 1\n"
            + "  rfc3339 = \"2020-01-01T00:00:00Z\"\n}\n");
    assertThat(target("drift", program()).build().reconcile().kind()).isEqualTo(Kind.APPLIED);

    ReconcileOutcome observed =
        target("drift", program())
            .policy(SyncPolicy.standard().withDrift(SyncPolicy.Drift.OBSERVE))
            .build()
            .reconcile();

    assertThat(observed.kind()).as(observed.toString()).isEqualTo(Kind.IN_SYNC);
    assertThat(((ReconcileOutcome.InSync) observed).plan().changes())
        .extracting(Change::reason)
        .containsExactly(Reason.DRIFT_OBSERVED);
    ReconcileOutcome.Applied healed =
        (ReconcileOutcome.Applied) target("drift", program()).build().reconcile();
    assertThat(healed.plan().changes()).extracting(Change::reason).containsExactly(Reason.VANISHED);
  }

  @Test
  @DisplayName("drift that a rule names is left, until something else changes")
  void ignoresDrift() {
    String key =
        REQUIRED
            + "resource \"time_rotating\" \"key\" {\n  rotation_minutes = 1\n"
            + "  rfc3339 = \"2020-01-01T00:00:00Z\"\n}\n";
    commit(key);
    assertThat(ignoring("time_rotating.*").kind()).isEqualTo(Kind.APPLIED);

    for (int pass = 0; pass < 2; pass++) {
      ReconcileOutcome left = ignoring("time_rotating.*");
      assertThat(left.kind()).as(left.toString()).isEqualTo(Kind.IN_SYNC);
    }
    assertThat(ignoring("time_static.*").kind())
        .as("another rule does not cover it")
        .isEqualTo(Kind.APPLIED);
  }

  private ReconcileOutcome ignoring(String address) {
    return GitOps.target("ignoring")
        .source(source)
        .renderer(
            TerraformRenderer.builder("infra").ignoreDrift(new DriftRule(address, "")).build())
        .destination(destination(program(), Set.of()))
        .build()
        .reconcile();
  }

  @Test
  @DisplayName("a lock file of the repository is honoured and never changed")
  void honoursTheLockFile() throws IOException {
    commit(REQUIRED + "resource \"time_static\" \"now\" {}\n");
    assertThat(target("pin", program()).build().reconcile().kind()).isEqualTo(Kind.APPLIED);
    String lock = lockFile("pin");
    files.put("infra/.terraform.lock.hcl", lock);
    commit(files.get("infra/main.tf"));
    assertThat(target("pinned", program()).build().reconcile().kind()).isEqualTo(Kind.APPLIED);

    files.put("infra/.terraform.lock.hcl", lock.replaceAll("h1:[^\"]{8}", "h1:AAAAAAAA"));
    commit(files.get("infra/main.tf"));
    ReconcileOutcome refused = target("wrong", program()).build().reconcile();

    assertThat(refused.kind()).as(refused.toString()).isEqualTo(Kind.FAILED);
    assertThat(((ReconcileOutcome.Failed) refused).failure().code())
        .isEqualTo("TERRAFORM-PROVIDER");
  }

  @Test
  @DisplayName("a provider's version can be raised where no lock file is in Git, or no longer is")
  void raisesVersions() throws IOException {
    Path mirror = mirrorOfTwo();
    for (Path program : TerraformPrograms.all()) {
      String name = "raise-" + program.getFileName();
      TargetBuilder<TerraformWorkspace> target =
          GitOps.target(name)
              .source(source)
              .renderer(TerraformRenderer.path("infra"))
              .destination(destination(program, Set.of(), mirror));
      commit(exactly("0.14.2"));
      assertThat(target.build().reconcile().kind()).isEqualTo(Kind.APPLIED);

      commit(exactly("0.99.0"));
      ReconcileOutcome raised = target.build().reconcile();
      assertThat(raised.kind()).as(raised.toString()).isEqualTo(Kind.IN_SYNC);

      files.put("infra/.terraform.lock.hcl", lockFile(name));
      commit(exactly("0.99.0"));
      assertThat(target.build().reconcile().kind()).isEqualTo(Kind.IN_SYNC);
      commit(exactly("0.14.2"));
      assertThat(target.build().reconcile().kind())
          .as("a lock file of the repository binds")
          .isEqualTo(Kind.FAILED);
      files.remove("infra/.terraform.lock.hcl");
      commit(exactly("0.14.2"));
      ReconcileOutcome free = target.build().reconcile();
      assertThat(free.kind()).as(free.toString()).isEqualTo(Kind.IN_SYNC);
    }
  }

  /** The one that init left in the working folder of a target. */
  private String lockFile(String target) throws IOException {
    try (Stream<Path> all = Files.walk(folder.resolve("work"))) {
      return Files.readString(
          all.filter(f -> f.endsWith(".terraform.lock.hcl") && f.toString().contains(target + "-"))
              .findFirst()
              .orElseThrow());
    }
  }

  private static String exactly(String version) {
    return REQUIRED.replace("test/time\"", "test/time\"\n      version = \"" + version + "\"")
        + "resource \"time_static\" \"now\" {}\n";
  }

  /** The provider, and the same again under a higher version. */
  private Path mirrorOfTwo() throws IOException {
    Path all = TerraformPrograms.providerMirror();
    Path mirror = folder.resolve("mirror");
    try (Stream<Path> provider = Files.walk(all)) {
      for (Path file : provider.filter(Files::isRegularFile).toList()) {
        for (String version : List.of("0.14.2", "0.99.0")) {
          Path copy = mirror.resolve(all.relativize(file).toString().replace("0.14.2", version));
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
    return mirror;
  }

  @Test
  @DisplayName("only allowed providers are installed")
  void allowsByName() {
    commit(REQUIRED + "resource \"time_static\" \"now\" {}\n");

    assertThat(kind("allowed", Set.of("example.com/test/time"))).isEqualTo(Kind.APPLIED);
    assertThat(kind("refused", Set.of("example.com/test/other"))).isEqualTo(Kind.FAILED);
  }

  @Test
  @DisplayName(
      "a pass that is cancelled in the middle of an apply keeps its state, and goes on later")
  void cancelsCleanly() throws Exception {
    commit(
        REQUIRED
            + """
            resource "time_static" "first" {}
            resource "time_sleep" "long" {
              depends_on      = [time_static.first]
              create_duration = "30s"
            }
            """);
    OperationContext context = OperationContext.within(Duration.ofSeconds(4));

    ReconcileOutcome cancelled = target("cancel", program()).build().reconcile(context);

    assertThat(cancelled.kind()).as(cancelled.toString()).isEqualTo(Kind.INCOMPLETE);
    assertThat(((ReconcileOutcome.Incomplete) cancelled).outcome().results())
        .extracting(r -> r.change().id().name() + " " + r.actuation())
        .containsExactly("long SKIPPED", "first SUCCEEDED");
    commit(REQUIRED + "resource \"time_static\" \"first\" {}\n");
    ReconcileOutcome next = target("cancel", program()).build().reconcile();
    assertThat(next.kind()).as(next.toString()).isIn(Kind.APPLIED, Kind.IN_SYNC);
    assertThat(
            destination(program(), Set.of())
                .inventory()
                .load(new io.gitops4j.model.TargetId("cancel"), OperationContext.create())
                .entries())
        .hasSize(1);
  }

  private Kind kind(String name, Set<String> allowed) {
    return GitOps.target(name)
        .source(source)
        .renderer(TerraformRenderer.path("infra"))
        .destination(destination(program(), allowed))
        .build()
        .reconcile()
        .kind();
  }

  private TargetBuilder<TerraformWorkspace> target(String name, Path program) {
    return GitOps.target(name)
        .source(source)
        .renderer(TerraformRenderer.path("infra"))
        .destination(destination(program, Set.of()));
  }

  private TerraformDestination destination(Path program, Set<String> allowed) {
    return destination(program, allowed, TerraformPrograms.providerMirror());
  }

  private TerraformDestination destination(Path program, Set<String> allowed, Path mirror) {
    return TerraformDestination.open(
        TerraformConfig.builder(folder.resolve("work"), Sensitive.of(new byte[32]))
            .binary(program)
            .providerMirror(mirror)
            .allowedProviders(allowed)
            .build());
  }

  private static Path program() {
    return TerraformPrograms.any();
  }

  private void commit(String configuration) {
    files.put("infra/main.tf", configuration);
    source.commit("change", files);
  }
}
