package io.gitops4j.terraform;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.model.Sensitive;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Which program works, where, and with what. Immutable.
 *
 * <p>The folder is the memory of its targets: pins of rollbacks, stored plans, history, and a state
 * that no backend keeps. It must outlive the process, and all replicas that may reconcile the same
 * targets must share it, on a file system with locks between them: where it is gone or another's, a
 * revision that somebody went back from is applied again.
 *
 * @param folder where working folders, plans, history and pins are kept, persistent and shared by
 *     all replicas; only its owner reads it
 * @param planKey encrypts stored plans, which hold secrets: 32 bytes, from a secret store
 * @param binary terraform or tofu; empty to look for them on {@code PATH}, in this order
 * @param environment what the program sees besides {@code PATH}; asked for at every run, so that
 *     short-lived credentials can be given; never shown
 * @param plainEnvironment the same for what is no secret, such as a region; a variable of {@code
 *     environment} comes before one of the same name
 * @param providerMirror a folder that providers are taken from, and from nowhere else
 * @param allowedProviders source addresses such as {@code hashicorp/aws}; empty for all
 * @param planExpiry how long a stored plan may be applied, positive
 * @param lockTimeout how long the program waits for the lock of a state
 * @param timeout the longest that one run may take, positive
 * @param parallelism how many resources are worked on at once, at least 1
 * @param historyLimit how many passes history keeps, at least 1
 */
public record TerraformConfig(
    Path folder,
    Sensitive<byte[]> planKey,
    Optional<Path> binary,
    Supplier<Map<String, Sensitive<String>>> environment,
    Supplier<Map<String, String>> plainEnvironment,
    Optional<Path> providerMirror,
    Set<String> allowedProviders,
    Duration planExpiry,
    Duration lockTimeout,
    Duration timeout,
    int parallelism,
    int historyLimit) {
  /**
   * Checks everything.
   *
   * @throws ConfigurationException that lists all problems
   */
  public TerraformConfig {
    // The program works in a folder of its own, where a relative path leads elsewhere.
    folder = folder.toAbsolutePath();
    binary = binary.map(Path::toAbsolutePath);
    providerMirror = providerMirror.map(Path::toAbsolutePath);
    Objects.requireNonNull(environment, "environment");
    Objects.requireNonNull(plainEnvironment, "plainEnvironment");
    allowedProviders = Set.copyOf(allowedProviders);
    List<String> problems = new ArrayList<>();
    if (planKey.reveal().length != 32) {
      problems.add("planKey must have 32 bytes, not " + planKey.reveal().length);
    }
    if (planExpiry.isNegative() || planExpiry.isZero()) {
      problems.add("planExpiry must be positive, not " + planExpiry);
    }
    if (lockTimeout.isNegative()) {
      problems.add("lockTimeout must not be negative, but is " + lockTimeout);
    }
    if (timeout.isNegative() || timeout.isZero()) {
      problems.add("timeout must be positive, not " + timeout);
    }
    if (parallelism < 1) {
      problems.add("parallelism must be at least 1, not " + parallelism);
    }
    if (historyLimit < 1) {
      problems.add("historyLimit must be at least 1, not " + historyLimit);
    }
    for (String provider : allowedProviders) {
      if (!provider.matches("[A-Za-z0-9_.*/-]+")) {
        problems.add("provider '" + provider + "' is no source address");
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException("Terraform destination", problems);
    }
  }

  /**
   * A configuration with the defaults.
   *
   * @param folder where working folders, plans, history and pins are kept; persistent, and shared
   *     by all replicas
   * @param planKey encrypts stored plans: 32 bytes, from a secret store
   * @return a builder
   */
  public static Builder builder(Path folder, Sensitive<byte[]> planKey) {
    return new Builder(folder, planKey);
  }

  /** Says more than the defaults. Not thread-safe. */
  public static final class Builder {
    private final Path folder;
    private final Sensitive<byte[]> planKey;
    private Optional<Path> binary = Optional.empty();
    private Supplier<Map<String, Sensitive<String>>> environment = Map::of;
    private Supplier<Map<String, String>> plainEnvironment = Map::of;
    private Optional<Path> providerMirror = Optional.empty();
    private Set<String> allowedProviders = Set.of();
    private Duration planExpiry = Duration.ofHours(24);
    private Duration lockTimeout = Duration.ofSeconds(10);
    private Duration timeout = Duration.ofHours(1);
    private int parallelism = 10;
    private int historyLimit = 10;

    private Builder(Path folder, Sensitive<byte[]> planKey) {
      this.folder = Objects.requireNonNull(folder, "folder");
      this.planKey = Objects.requireNonNull(planKey, "planKey");
    }

    /**
     * The program. Default: {@code terraform}, else {@code tofu}, from {@code PATH}.
     *
     * @param program terraform or tofu
     * @return this
     */
    public Builder binary(Path program) {
      binary = Optional.of(program);
      return this;
    }

    /**
     * What the program sees besides {@code PATH}, such as credentials. Their values are taken out
     * of every text that leaves; what is no secret belongs into {@link #plainEnvironment}. Default:
     * nothing.
     *
     * @param variables asked for at every run
     * @return this
     */
    public Builder environment(Supplier<Map<String, Sensitive<String>>> variables) {
      environment = Objects.requireNonNull(variables, "variables");
      return this;
    }

    /**
     * What the program sees besides, and everybody may: a region, a proxy. Default: nothing.
     *
     * @param variables asked for at every run
     * @return this
     */
    public Builder plainEnvironment(Supplier<Map<String, String>> variables) {
      plainEnvironment = Objects.requireNonNull(variables, "variables");
      return this;
    }

    /**
     * Takes providers from a folder only. Default: from their registries.
     *
     * @param mirror a filesystem mirror
     * @return this
     */
    public Builder providerMirror(Path mirror) {
      providerMirror = Optional.of(mirror);
      return this;
    }

    /**
     * Refuses all other providers before they are installed. Default: all are allowed.
     *
     * @param sources such as {@code hashicorp/aws}
     * @return this
     */
    public Builder allowedProviders(Set<String> sources) {
      allowedProviders = Set.copyOf(sources);
      return this;
    }

    /**
     * How long a stored plan may be applied. Default: 24 hours.
     *
     * @param age positive
     * @return this
     */
    public Builder planExpiry(Duration age) {
      planExpiry = Objects.requireNonNull(age, "age");
      return this;
    }

    /**
     * How long the program waits for the lock of a state. Default: 10 seconds.
     *
     * @param wait zero or more
     * @return this
     */
    public Builder lockTimeout(Duration wait) {
      lockTimeout = Objects.requireNonNull(wait, "wait");
      return this;
    }

    /**
     * The longest that one run may take. Default: 1 hour.
     *
     * @param limit positive
     * @return this
     */
    public Builder timeout(Duration limit) {
      timeout = Objects.requireNonNull(limit, "limit");
      return this;
    }

    /**
     * How many resources are worked on at once. Default: 10.
     *
     * @param resources at least 1
     * @return this
     */
    public Builder parallelism(int resources) {
      parallelism = resources;
      return this;
    }

    /**
     * How many passes history keeps. Default: 10.
     *
     * @param passes at least 1
     * @return this
     */
    public Builder historyLimit(int passes) {
      historyLimit = passes;
      return this;
    }

    /**
     * Checks everything.
     *
     * @return the configuration
     * @throws ConfigurationException that lists all problems
     */
    public TerraformConfig build() {
      return new TerraformConfig(
          folder,
          planKey,
          binary,
          environment,
          plainEnvironment,
          providerMirror,
          allowedProviders,
          planExpiry,
          lockTimeout,
          timeout,
          parallelism,
          historyLimit);
    }
  }
}
