package io.gitops4j.terraform;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.model.Sensitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which directory is desired, and with what; {@link TerraformRenderer#builder} has the defaults.
 * Immutable.
 *
 * @param path of the root module, from the root of the repository; empty is the root
 * @param include more directories or files that the modules read, from the root of the repository
 * @param workspace its name; {@code default} where nobody made another
 * @param variables by name, each as JSON
 * @param secretVariables those of them whose values are taken out of every text
 * @param variableFiles from the root module; a later one wins
 * @param backend where the state is kept; empty for what the configuration says, or a local file
 * @param ignoredDrift drift that is left as it is
 * @param purpose whether it shall exist
 * @param maxBytes the most that the files may be together, positive
 */
public record WorkspaceConfig(
    String path,
    List<String> include,
    String workspace,
    SortedMap<String, Sensitive<String>> variables,
    Set<String> secretVariables,
    List<String> variableFiles,
    Optional<Backend> backend,
    List<DriftRule> ignoredDrift,
    Purpose purpose,
    long maxBytes) {
  /** Whether what the directory describes shall exist. */
  public enum Purpose {
    /** It shall. */
    EXIST,
    /** It shall be gone: nothing is desired, and the configuration only says how to remove it. */
    DESTROY
  }

  /**
   * Checks everything.
   *
   * @throws ConfigurationException that lists all problems
   */
  public WorkspaceConfig {
    List<String> problems = new ArrayList<>();
    path = plain(path, problems);
    List<String> more = new ArrayList<>();
    for (String directory : include) {
      more.add(plain(directory, problems));
    }
    include = List.copyOf(more);
    if (!workspace.matches("[A-Za-z0-9_.-]{1,90}")) {
      problems.add("workspace '" + workspace + "' is no name of one");
    }
    for (String name : variables.keySet()) {
      if (!isVariable(name)) {
        problems.add("variable '" + name + "' is no name of one");
      }
    }
    variables = new TreeMap<>(variables);
    secretVariables = Set.copyOf(secretVariables);
    variableFiles = List.copyOf(variableFiles);
    for (String file : variableFiles) {
      if (file.startsWith("/") || file.startsWith("-")) {
        problems.add("variable file '" + file + "' must be relative to the root module");
      }
    }
    Objects.requireNonNull(backend, "backend");
    ignoredDrift = List.copyOf(ignoredDrift);
    Objects.requireNonNull(purpose, "purpose");
    if (maxBytes < 1) {
      problems.add("maxBytes must be positive, not " + maxBytes);
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException("Terraform workspace", problems);
    }
  }

  /**
   * The variables by name.
   *
   * @return a copy
   */
  @Override
  public SortedMap<String, Sensitive<String>> variables() {
    return new TreeMap<>(variables);
  }

  /** Whether a variable can be called so. */
  static boolean isVariable(String name) {
    return name.matches("[\\p{L}_][\\p{L}\\p{N}_-]*");
  }

  /** The same with other variables. */
  WorkspaceConfig with(SortedMap<String, Sensitive<String>> others, Set<String> secret) {
    return new WorkspaceConfig(
        path,
        include,
        workspace,
        others,
        secret,
        variableFiles,
        backend,
        ignoredDrift,
        purpose,
        maxBytes);
  }

  private static String plain(String path, List<String> problems) {
    String plain = path.replaceAll("^(\\./)+", "").replaceAll("/+$", "");
    if (path.startsWith("/") || List.of(plain.split("/")).contains("..")) {
      problems.add("path '" + path + "' must be relative and stay inside the repository");
    }
    return plain.equals(".") ? "" : plain;
  }
}
