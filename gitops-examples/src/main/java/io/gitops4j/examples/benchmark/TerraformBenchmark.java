package io.gitops4j.examples.benchmark;

import io.gitops4j.GitOps;
import io.gitops4j.model.Sensitive;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.terraform.TerraformConfig;
import io.gitops4j.terraform.TerraformDestination;
import io.gitops4j.terraform.TerraformRenderer;
import io.gitops4j.terraform.TerraformWorkspace;
import io.gitops4j.terraform.testing.TerraformPrograms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A pass over a workspace beside the bare commands that it stands for, and fifty workspaces at
 * once. Arguments: the program, by default {@code terraform} from {@code PATH}; the number of
 * workspaces.
 */
public final class TerraformBenchmark {
  private static final int ROUNDS = 41;
  private static final int WARM = 20;
  private static final int AT_ONCE = 4;
  private static final String CONFIGURATION =
      "resource \"terraform_data\" \"all\" {\n  count = 50\n  input = count.index\n}\n";

  private static final String WITH_PROVIDER =
      """
      terraform {
        required_providers {
          time = {
            source = "example.com/test/time"
          }
        }
      }
      resource "time_static" "all" {
        count = 50
      }
      """;

  private TerraformBenchmark() {}

  /** Measures; exits with a failure when a pass does not do what it shall. */
  public static void main(String[] arguments) throws Exception {
    String program = arguments.length > 0 ? arguments[0] : "terraform";
    int workspaces = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 50;
    Path work = Files.createTempDirectory("terraform-benchmark");
    System.out.println(
        "| nothing changed, 50 resources | median ms of " + ROUNDS + " |\n|---|---|");
    overhead("built-in resources", program, work.resolve("builtin"), CONFIGURATION);
    overhead("resources of a provider", program, work.resolve("provider"), WITH_PROVIDER);
    parallel(program, work, workspaces);
  }

  private static void overhead(String what, String program, Path work, String configuration)
      throws Exception {
    InMemorySource source = new InMemorySource();
    source.commit("one", Map.of("infra/main.tf", configuration));
    Reconciler<TerraformWorkspace> reconciler =
        target("one", source, destination(program, work.resolve("library")));
    expect(reconciler.reconcile(), Kind.APPLIED);
    Path bare = Files.createDirectories(work.resolve("bare"));
    Files.writeString(bare.resolve("main.tf"), configuration);
    Files.writeString(
        bare.resolve("cli.tfrc"),
        "provider_installation {\n  filesystem_mirror {\n    path = \""
            + TerraformPrograms.providerMirror()
            + "\"\n  }\n}\n");
    run(bare, program, "init", "-input=false");
    run(bare, program, "apply", "-auto-approve", "-input=false");
    long[] passes = new long[ROUNDS];
    long[] commands = new long[ROUNDS];
    for (int i = 0; i < WARM; i++) {
      expect(reconciler.reconcile(), Kind.IN_SYNC);
    }
    for (int i = 0; i < ROUNDS; i++) { // in turns, so that both meet the same machine
      long start = System.nanoTime();
      expect(reconciler.reconcile(), Kind.IN_SYNC);
      passes[i] = System.nanoTime() - start;
      start = System.nanoTime();
      run(bare, program, "plan", "-refresh-only", "-input=false", "-json", "-out=plan.bin");
      run(bare, program, "show", "-json", "plan.bin");
      commands[i] = System.nanoTime() - start;
    }
    long pass = median(passes);
    long command = median(commands);
    System.out.println("| " + what + ": plan -refresh-only, show | " + command / 1_000_000 + " |");
    System.out.printf(
        "| %s: GitOps4J, a pass | %d (%+.1f %%) |%n",
        what, pass / 1_000_000, 100.0 * (pass - command) / command);
  }

  private static void parallel(String program, Path work, int workspaces) throws Exception {
    InMemorySource source = new InMemorySource();
    source.commit("one", Map.of("infra/main.tf", CONFIGURATION));
    TerraformDestination shared = destination(program, work.resolve("parallel"));
    List<Reconciler<TerraformWorkspace>> all = new ArrayList<>();
    for (int i = 0; i < workspaces; i++) {
      all.add(target("workspace-" + i, source, shared));
    }
    System.out.println(
        "| "
            + workspaces
            + " workspaces, "
            + AT_ONCE
            + " at once | ms | heap MiB after |\n|---|---|---|");
    for (Kind kind : List.of(Kind.APPLIED, Kind.IN_SYNC, Kind.IN_SYNC)) {
      long start = System.nanoTime();
      ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE);
      List<Future<ReconcileOutcome>> outcomes = new ArrayList<>();
      for (Reconciler<TerraformWorkspace> one : all) {
        outcomes.add(workers.submit((Callable<ReconcileOutcome>) one::reconcile));
      }
      for (Future<ReconcileOutcome> outcome : outcomes) {
        expect(outcome.get(), kind);
      }
      workers.shutdown();
      long took = System.nanoTime() - start;
      outcomes.clear();
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      System.out.printf(
          "| %s | %d | %d |%n",
          kind, took / 1_000_000, (runtime.totalMemory() - runtime.freeMemory()) >> 20);
    }
  }

  private static TerraformDestination destination(String program, Path folder) {
    TerraformConfig.Builder config =
        TerraformConfig.builder(folder, Sensitive.of(new byte[32]))
            .providerMirror(TerraformPrograms.providerMirror());
    if (program.contains("/")) {
      config.binary(Path.of(program));
    }
    return TerraformDestination.open(config.build());
  }

  private static Reconciler<TerraformWorkspace> target(
      String name, InMemorySource source, TerraformDestination destination) {
    return GitOps.target(name)
        .source(source)
        .renderer(TerraformRenderer.path("infra"))
        .destination(destination)
        .build();
  }

  private static void expect(ReconcileOutcome outcome, Kind kind) {
    if (outcome.kind() != kind) {
      throw new IllegalStateException("not " + kind + ", but " + outcome);
    }
  }

  private static void run(Path folder, String... command) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    builder.environment().put("TF_CLI_CONFIG_FILE", folder.resolve("cli.tfrc").toString());
    builder.environment().put("CHECKPOINT_DISABLE", "1");
    Process process = builder.start();
    process.getOutputStream().close();
    int exit = process.waitFor();
    if (exit != 0) {
      throw new IllegalStateException(
          String.join(" ", command) + ": " + Files.readString(folder.resolve("log")));
    }
  }

  private static long median(long[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
