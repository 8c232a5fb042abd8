package io.gitops4j.examples.infrastructure;

import io.gitops4j.GitOps;
import io.gitops4j.TargetBuilder;
import io.gitops4j.diff.PlanId;
import io.gitops4j.examples.cli.OutcomeText;
import io.gitops4j.examples.cli.Terminal;
import io.gitops4j.gate.Gate;
import io.gitops4j.git.GitSource;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.ManifestRenderer;
import io.gitops4j.k8s.OutputsRenderer;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.k8s.testing.TestFolders;
import io.gitops4j.model.Sensitive;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.SyncPolicy;
import io.gitops4j.terraform.Backend;
import io.gitops4j.terraform.TerraformConfig;
import io.gitops4j.terraform.TerraformDestination;
import io.gitops4j.terraform.TerraformRenderer;
import io.gitops4j.terraform.TerraformWorkspace;
import io.gitops4j.terraform.WorkspaceConfig;
import io.gitops4j.terraform.testing.TerraformPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;

/**
 * One repository with a Terraform directory whose outputs feed a Kubernetes application, played on
 * a real API server with the real program: planned, approved, applied, moved by hand, brought back,
 * not destroyed, destroyed. Ends with an error if any step is not as it should be.
 */
public final class InfrastructureQuickstart {
  private static final TargetId NETWORK = new TargetId("network");

  private final OutcomeText text = new OutcomeText(System.out, Terminal.isThere());
  private final Set<PlanId> approved = new HashSet<>();
  private final Path work;
  private final GitSource source;
  private final TerraformDestination cloud;
  private int step;

  private InfrastructureQuickstart(Path work, GitSource source, TerraformDestination cloud) {
    this.work = work;
    this.source = source;
    this.cloud = cloud;
  }

  /** Plays. */
  public static void main(String[] arguments) throws IOException, GitAPIException {
    Path work = Files.createTempDirectory("gitops4j-infrastructure");
    System.out.println("Starting a Kubernetes API server (built from source once, 4 minutes).");
    try (TestCluster cluster = TestCluster.start();
        TerraformDestination cloud = cloud(work.resolve("terraform"));
        GitSource source =
            GitSource.builder(repository(work))
                .reference("main")
                .cacheDirectory(work.resolve("git"))
                .build()) {
      new InfrastructureQuickstart(work, source, cloud).story(cluster.kubeconfigFile());
    } catch (IllegalStateException e) {
      System.err.println("NOT AS IT SHOULD BE: " + e.getMessage());
      System.exit(1);
    } finally {
      TestFolders.delete(work);
    }
  }

  private void story(Path kubeconfig) {
    ReconcileOutcome held =
        pass("Infrastructure is planned", network("16", approval()), Kind.PLANNED);
    approved.add(held.madePlan().orElseThrow().id());
    pass("The plan is approved, and applied as it was", network("16", approval()), Kind.APPLIED);

    try (KubernetesDestination cluster =
        KubernetesDestination.connect(
            KubernetesConfig.builder(kubeconfig).namespace("default").build())) {
      var shop =
          GitOps.target("shop")
              .source(source)
              .renderer(
                  OutputsRenderer.secret(
                      ManifestRenderer.path("app"), "network", cloud.outputsOf(NETWORK)))
              .destination(cluster)
              .build();
      report("Its outputs go into a Secret of the application", shop.reconcile(), Kind.APPLIED);
    }

    TerraformDestination laptop = cloud(work.resolve("laptop"));
    report(
        "Somebody applies another size from a laptop",
        GitOps.target("network")
            .source(source)
            .renderer(renderer("32").build())
            .destination(laptop)
            .build()
            .reconcile(),
        Kind.APPLIED);
    pass(
        "It is found, and brought back without asking: nothing is removed",
        network("16", Gate.keeping(Set.of("terraform_data"))),
        Kind.APPLIED);
    pass("Nothing changed", network("16", Gate.keeping(Set.of("terraform_data"))), Kind.IN_SYNC);

    pass("To destroy it takes permission", destruction(), Kind.FAILED);
    pass(
        "With permission it is destroyed",
        destruction().policy(SyncPolicy.standard().withEmpty(SyncPolicy.Empty.ALLOW)),
        Kind.APPLIED);
    System.out.println("\nDone: planned, approved, applied, brought back, destroyed.");
  }

  private Gate approval() {
    return Gate.approval((target, plan) -> approved.contains(plan));
  }

  private TargetBuilder<TerraformWorkspace> network(String size, Gate gate) {
    return GitOps.target(NETWORK.name())
        .source(source)
        .renderer(renderer(size).build())
        .destination(cloud)
        .gate(gate);
  }

  private TargetBuilder<TerraformWorkspace> destruction() {
    return GitOps.target(NETWORK.name())
        .source(source)
        .renderer(renderer("16").purpose(WorkspaceConfig.Purpose.DESTROY).build())
        .destination(cloud);
  }

  private TerraformRenderer.Builder renderer(String size) {
    return TerraformRenderer.builder("infra")
        .variable("size", size)
        .variable("password", Sensitive.of("kept secret"))
        .backend(new Backend("local", Map.of("path", work.resolve("shared.tfstate").toString())));
  }

  private ReconcileOutcome pass(
      String title, TargetBuilder<TerraformWorkspace> target, Kind expected) {
    return report(title, target.build().reconcile(), expected);
  }

  private ReconcileOutcome report(String title, ReconcileOutcome outcome, Kind expected) {
    System.out.println("\n" + ++step + ". " + title);
    text.print(outcome);
    if (outcome.kind() != expected) {
      throw new IllegalStateException(title + ": " + outcome.kind() + " instead of " + expected);
    }
    return outcome;
  }

  private static TerraformDestination cloud(Path folder) {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    return TerraformDestination.open(
        TerraformConfig.builder(folder, Sensitive.of(key)).binary(TerraformPrograms.any()).build());
  }

  private static String repository(Path work) throws IOException, GitAPIException {
    Path repository = work.resolve("repository");
    Files.createDirectories(repository.resolve("infra"));
    Files.createDirectories(repository.resolve("app"));
    Files.writeString(
        repository.resolve("infra/main.tf"),
        """
        variable "size" {
          type = string
        }
        variable "password" {
          type      = string
          sensitive = true
        }
        resource "terraform_data" "network" {
          input = { size = var.size, password = var.password }
        }
        output "size" {
          value = terraform_data.network.output.size
        }
        output "password" {
          value     = var.password
          sensitive = true
        }
        """);
    Files.writeString(
        repository.resolve("app/shop.yaml"),
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: shop}
        data: {greeting: hello}
        """);
    try (Git git = Git.init().setDirectory(repository.toFile()).setInitialBranch("main").call()) {
      git.add().addFilepattern(".").call();
      git.commit()
          .setMessage("The shop and its network")
          .setAuthor("alice", "alice@example.com")
          .setCommitter("alice", "alice@example.com")
          .setSign(false)
          .call();
    }
    return repository.toUri().toString();
  }
}
