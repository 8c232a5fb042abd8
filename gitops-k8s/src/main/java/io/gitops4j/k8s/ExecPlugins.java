package io.gitops4j.k8s;

import io.gitops4j.error.ConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which programs a kubeconfig may have run for its credential ({@code exec} of its user), each by
 * name. The {@code command} that a kubeconfig names must equal a name exactly; where that program
 * lies is said here, never there. Its arguments and variables do come from the kubeconfig: who may
 * write it may have every credential that an allowed program makes sent to any server, so allow
 * programs only where you would hand over that credential, or look at each call with {@link
 * #onlyIf}. Immutable.
 *
 * <p>A program is started without a shell, in the folder that it lies in, with an empty input, and
 * with these variables and no others: {@code PATH} and {@code HOME} of this process, those that
 * {@link #passing} names, those of the kubeconfig, and {@code KUBERNETES_EXEC_INFO}.
 */
public final class ExecPlugins {
  private static final ExecPlugins NONE =
      new ExecPlugins(Map.of(), Set.of(), Duration.ofSeconds(30), call -> Optional.empty());

  private final Map<String, Optional<Path>> programs;
  private final Set<String> variables;
  private final Duration limit;
  private final Rule rule;

  private ExecPlugins(
      Map<String, Optional<Path>> programs, Set<String> variables, Duration limit, Rule rule) {
    this.programs = programs;
    this.variables = Set.copyOf(variables);
    this.limit = limit;
    this.rule = rule;
  }

  /** Looks at a call before a program is started. */
  @FunctionalInterface
  public interface Rule {
    /**
     * Why a program must not be run so.
     *
     * @param call how a kubeconfig wants it run
     * @return for people, without a secret; empty when it may
     */
    Optional<String> refusal(Call call);
  }

  /**
   * How a kubeconfig wants a program run.
   *
   * @param name of the program
   * @param server that its credential would be sent to
   * @param arguments of it
   * @param environment the variables that the kubeconfig sets
   */
  public record Call(
      String name, String server, List<String> arguments, Map<String, String> environment) {
    /** Checks that no part is missing. */
    public Call {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(server, "server");
      arguments = List.copyOf(arguments);
      environment = Map.copyOf(environment);
    }

    /** Without arguments and variables, which may hold a secret. */
    @Override
    public String toString() {
      return name + " for " + server;
    }
  }

  /**
   * No program is run.
   *
   * @return what every access starts with
   */
  public static ExecPlugins none() {
    return NONE;
  }

  /**
   * Allows a program, whose file is given.
   *
   * @param name that kubeconfigs have as {@code command}, such as {@code kubelogin}
   * @param program its file, an absolute path
   * @return these, and that one
   * @throws ConfigurationException when the name is a path, or the path is not absolute
   */
  public ExecPlugins allow(String name, Path program) {
    if (!program.isAbsolute()) {
      throw new ConfigurationException(
          "exec plugin " + name, List.of(program + " is not an absolute path"));
    }
    return with(name, Optional.of(program));
  }

  /**
   * Allows a program, which is looked for on the {@code PATH} of this process each time it is run.
   *
   * @param name that kubeconfigs have as {@code command}
   * @return these, and that one
   * @throws ConfigurationException when the name is a path
   */
  public ExecPlugins allowFromPath(String name) {
    return with(name, Optional.empty());
  }

  private ExecPlugins with(String name, Optional<Path> program) {
    if (name.isBlank() || name.contains("/") || name.contains("\\")) {
      throw new ConfigurationException(
          "exec plugin", List.of("a program is allowed by its name, not by '" + name + "'"));
    }
    Map<String, Optional<Path>> more = new TreeMap<>(programs);
    more.put(name, program);
    return new ExecPlugins(more, variables, limit, rule);
  }

  /**
   * Passes on variables of this process.
   *
   * @param names such as {@code AWS_WEB_IDENTITY_TOKEN_FILE}
   * @return these, with those variables
   */
  public ExecPlugins passing(String... names) {
    Set<String> more = new LinkedHashSet<>(variables);
    more.addAll(List.of(names));
    return new ExecPlugins(programs, more, limit, rule);
  }

  /**
   * Ends a program that takes too long. Default: after 30 seconds.
   *
   * @param longest positive
   * @return these, with that limit
   * @throws ConfigurationException when it is not positive
   */
  public ExecPlugins within(Duration longest) {
    if (longest.isNegative() || longest.isZero()) {
      throw new ConfigurationException(
          "exec plugins", List.of("the time limit must be positive, not " + longest));
    }
    return new ExecPlugins(programs, variables, longest, rule);
  }

  /**
   * Looks at each call too: at the server, the arguments and the variables that a kubeconfig gives.
   *
   * @param refusal asked before a kubeconfig is used, besides those that were given before
   * @return these, under that rule
   */
  public ExecPlugins onlyIf(Rule refusal) {
    Objects.requireNonNull(refusal, "refusal");
    return new ExecPlugins(
        programs, variables, limit, c -> rule.refusal(c).or(() -> refusal.refusal(c)));
  }

  /**
   * The names that are allowed.
   *
   * @return in the order of the alphabet
   */
  public List<String> names() {
    return new ArrayList<>(programs.keySet());
  }

  /**
   * Where a program lies.
   *
   * @param name an allowed one
   * @return its file; empty when it is looked for on {@code PATH}
   */
  public Optional<Path> program(String name) {
    return programs.getOrDefault(name, Optional.empty());
  }

  /**
   * Which variables of this process are passed on, besides {@code PATH} and {@code HOME}.
   *
   * @return their names
   */
  public Set<String> variables() {
    return variables;
  }

  /**
   * How long a program may take.
   *
   * @return positive
   */
  public Duration limit() {
    return limit;
  }

  /**
   * Why a program must not be run as a kubeconfig wants it.
   *
   * @param call how it wants that
   * @return empty when it may
   */
  public Optional<String> refusal(Call call) {
    return programs.containsKey(call.name())
        ? rule.refusal(call)
        : Optional.of(
            programs.isEmpty()
                ? "no program is allowed; to allow it, add its name to ExecPlugins of the access"
                : "only " + names() + " are allowed by name in ExecPlugins of the access");
  }

  @Override
  public String toString() {
    return names().toString();
  }
}
