package io.gitops4j.terraform.testing;

import io.gitops4j.internal.process.Programs;
import io.gitops4j.testing.GoPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.awaitility.Awaitility;

/** The programs that tests run: OpenTofu, built once from its module, and terraform from PATH. */
public final class TerraformPrograms {
  private static final String VERSION = "v1.12.6";
  private static final String PROVIDER_VERSION = "v0.14.2";

  private TerraformPrograms() {}

  /** Terraform where the machine has it, else OpenTofu. */
  public static Path any() {
    return Programs.onPath("terraform").orElseGet(TerraformPrograms::tofu);
  }

  /** OpenTofu, and terraform where the machine has it. */
  public static List<Path> all() {
    List<Path> all = new ArrayList<>(List.of(tofu()));
    Programs.onPath("terraform").ifPresent(all::add);
    return all;
  }

  /** OpenTofu, built when the cache lacks it. */
  public static Path tofu() {
    try {
      return GoPrograms.built(
              GoPrograms.cacheFolder("tofu", VERSION),
              TerraformPrograms.class,
              "tofu",
              List.of(
                  new GoPrograms.Program(
                      "tofu",
                      "github.com/opentofu/opentofu/cmd/tofu",
                      "-s -w -X github.com/opentofu/opentofu/version.dev=no")))
          .resolve("tofu");
    } catch (IOException e) {
      throw new IllegalStateException("no OpenTofu for the tests: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("building OpenTofu was interrupted", e);
    }
  }

  /**
   * A filesystem mirror with the {@code time} provider, as {@code example.com/test/time}: a
   * provider that needs no cloud and no registry.
   */
  public static Path providerMirror() {
    String file = "terraform-provider-time_" + PROVIDER_VERSION;
    Path cached = GoPrograms.cacheFolder("terraform-provider-time", PROVIDER_VERSION);
    String machine =
        System.getProperty("os.name").toLowerCase(Locale.ROOT).split(" ")[0]
            + "_"
            + System.getProperty("os.arch").replace("aarch64", "arm64").replace("x86_64", "amd64");
    Path platform =
        cached
            .resolve("mirror/example.com/test/time")
            .resolve(PROVIDER_VERSION.substring(1))
            .resolve(machine);
    try {
      Path built =
          GoPrograms.built(
                  cached,
                  TerraformPrograms.class,
                  "time",
                  List.of(
                      new GoPrograms.Program(
                          file, "github.com/hashicorp/terraform-provider-time", "-s -w")))
              .resolve(file);
      Files.createDirectories(platform);
      if (!Files.exists(platform.resolve(file))) {
        Path fresh = Files.createTempFile(platform.getParent(), "provider", "");
        Files.copy(
            built, fresh, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        Files.move(fresh, platform.resolve(file), StandardCopyOption.ATOMIC_MOVE);
      }
      return cached.resolve("mirror");
    } catch (IOException e) {
      throw new IllegalStateException("no provider for the tests: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("building the provider was interrupted", e);
    }
  }

  /** Until {@code plantimestamp()} gives another value. */
  public static void awaitNextSecond() {
    long now = Instant.now().getEpochSecond();
    Awaitility.await().until(() -> Instant.now().getEpochSecond() > now);
  }
}
