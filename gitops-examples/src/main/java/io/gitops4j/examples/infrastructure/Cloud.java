package io.gitops4j.examples.infrastructure;

import io.gitops4j.GitOps;
import io.gitops4j.error.Failure;
import io.gitops4j.git.GitCredentials;
import io.gitops4j.git.GitLimits;
import io.gitops4j.git.GitSource;
import io.gitops4j.model.Sensitive;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.terraform.StateLockedException;
import io.gitops4j.terraform.TerraformDestination;
import io.gitops4j.terraform.TerraformRenderer;
import io.gitops4j.terraform.TerraformWorkspace;
import io.gitops4j.terraform.flux.TerraformManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/** What docs/terraform.md and docs/git-source.md quote. */
public final class Cloud {
  private Cloud() {}

  /** A repository that is read with a token of an hour. */
  public static GitSource withToken(String url, Path cache, Supplier<String> tokens) {
    return GitSource.builder(url)
        .reference("main")
        .cacheDirectory(cache)
        .credentials(
            GitCredentials.basic(
                () -> new GitCredentials.Basic("x-access-token", Sensitive.of(tokens.get()))))
        .build();
  }

  /** A repository that may be larger than most. */
  public static GitSource large(String url, Path cache) {
    return GitSource.builder(url)
        .cacheDirectory(cache)
        .limits(GitLimits.standard().withPackBytes(4L << 30).withObjectBytes(100L << 20))
        .build();
  }

  /** A Terraform object of tofu-controller, with its GitRepository. */
  public static Reconciler<TerraformWorkspace> ofManifest(
      Path file, Path cache, TerraformDestination cloud) throws IOException {
    TerraformManifest manifest = TerraformManifest.read("infra.yaml", Files.readAllBytes(file));
    return GitOps.target(manifest.targetName())
        .source(
            GitSource.builder(manifest.repoUrl())
                .reference(manifest.reference())
                .cacheDirectory(cache)
                .build())
        .renderer(manifest.renderer())
        .destination(cloud)
        .policy(manifest.policy())
        .gate(manifest.approval())
        .build();
  }

  /** A directory whose variable is an output of another target. */
  public static TerraformRenderer servers(TerraformDestination cloud) {
    return TerraformRenderer.builder("servers")
        .variable("network_id", cloud.outputsOf(new TargetId("network")), "id")
        .build();
  }

  /** A lock whose holder is known to be dead. */
  public static void unlock(
      TerraformDestination cloud, ReconcileOutcome outcome, OperationContext context) {
    if (outcome instanceof ReconcileOutcome.Failed failed) {
      Failure failure = failed.failure();
      if (failure.code().equals("TERRAFORM-STATE-LOCKED")) {
        String lock = failure.details().get(StateLockedException.LOCK_ID);
        cloud.forceUnlock(new TargetId("network"), lock, context);
      }
    }
  }
}
