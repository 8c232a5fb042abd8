package io.gitops4j.examples.cli;

import io.gitops4j.GitOps;
import io.gitops4j.gate.PruneConfirmation;
import io.gitops4j.git.GitCredentials;
import io.gitops4j.git.GitSource;
import io.gitops4j.model.Sensitive;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.terraform.TerraformConfig;
import io.gitops4j.terraform.TerraformDestination;
import io.gitops4j.terraform.TerraformWorkspace;
import io.gitops4j.terraform.flux.TerraformManifest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A Terraform object with everything that it takes to reconcile it. */
final class TerraformSession implements Session {
  private final TerraformManifest manifest;
  private final GitSource source;
  private final TerraformDestination destination;
  private final Reconciler<TerraformWorkspace> reconciler;

  /** Contacts nothing yet. The program sees this process' environment, as it would from a shell. */
  TerraformSession(
      TerraformManifest manifest,
      Path cache,
      Path state,
      Optional<Path> program,
      Sensitive<byte[]> planKey,
      PruneConfirmation confirmation) {
    this.manifest = manifest;
    TerraformConfig.Builder config =
        TerraformConfig.builder(state, planKey).environment(TerraformSession::environment);
    program.ifPresent(config::binary);
    manifest.parallelism().ifPresent(config::parallelism);
    this.destination = TerraformDestination.open(config.build());
    this.source =
        GitSource.builder(manifest.repoUrl())
            .reference(manifest.reference())
            .credentials(GitCredentials.userSsh())
            .cacheDirectory(cache)
            .build();
    this.reconciler =
        GitOps.target(manifest.targetName())
            .source(source)
            .renderer(manifest.renderer())
            .destination(destination)
            .policy(manifest.policy())
            .confirmation(confirmation)
            .gate(manifest.approval())
            .build();
  }

  @Override
  public Reconciler<?> reconciler() {
    return reconciler;
  }

  @Override
  public GitSource source() {
    return source;
  }

  @Override
  public TerraformDestination destination() {
    return destination;
  }

  @Override
  public Duration interval() {
    return manifest.interval();
  }

  @Override
  public void close() {
    source.close();
    destination.close();
  }

  private static Map<String, Sensitive<String>> environment() {
    Map<String, Sensitive<String>> all = new TreeMap<>();
    System.getenv()
        .forEach(
            (name, value) -> {
              // What would change what the program does is the manifest's business.
              if (!name.startsWith("TF_") && !name.equals("TMPDIR")) {
                all.put(name, Sensitive.of(value));
              }
            });
    return all;
  }
}
