package io.gitops4j.terraform;

import io.gitops4j.error.InventoryException;
import io.gitops4j.error.RenderException;
import io.gitops4j.model.Digest;
import io.gitops4j.model.Sensitive;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.render.Outputs;
import io.gitops4j.render.Renderer;
import io.gitops4j.source.Snapshot;
import io.gitops4j.terraform.internal.ControllerTemplate;
import io.gitops4j.terraform.internal.WorkspaceFiles;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a root module and every local module that it leads to. No program runs. Thread-safe.
 *
 * <p>A {@code .terraform} folder and state files in the repository are refused: what a tool finds
 * there it trusts (CVE-2023-4782 wrote through such a folder).
 */
public final class TerraformRenderer implements Renderer<TerraformWorkspace> {
  private static final JsonMapper JSON = new JsonMapper();

  private final WorkspaceConfig config;
  private final FlowingVariables flowing;

  private TerraformRenderer(WorkspaceConfig config, FlowingVariables flowing) {
    this.config = config;
    this.flowing = flowing;
  }

  /**
   * Reads a directory with the defaults.
   *
   * @param path of the root module, from the root of the repository
   * @return the renderer
   */
  public static TerraformRenderer path(String path) {
    return builder(path).build();
  }

  /**
   * Reads as a configuration says.
   *
   * @param config which directory, and with what
   * @return the renderer
   */
  public static TerraformRenderer of(WorkspaceConfig config) {
    return new TerraformRenderer(config, new FlowingVariables(new TreeMap<>()));
  }

  /**
   * Says more than the defaults.
   *
   * @param path of the root module, from the root of the repository
   * @return a builder
   */
  public static Builder builder(String path) {
    return new Builder(path);
  }

  @Override
  public Class<TerraformWorkspace> desiredType() {
    return TerraformWorkspace.class;
  }

  /** The variables that flow from other targets. */
  @Override
  public Optional<Digest> inputs(OperationContext context) {
    return flowing.digest(context);
  }

  /**
   * {@inheritDoc}
   *
   * @throws RenderException with code {@code RENDER-TERRAFORM}
   * @throws InventoryException with code {@code INVENTORY-OUTPUT-MISSING} where another target does
   *     not give a variable, or not yet
   */
  @Override
  public TerraformWorkspace render(Snapshot snapshot, OperationContext context) {
    WorkspaceConfig flown = flowing.into(config, context);
    WorkspaceFiles read = new WorkspaceFiles(snapshot, flown, context);
    SortedMap<String, byte[]> files = read.read();
    String prefix = config.path().isEmpty() ? "" : config.path() + "/";
    ControllerTemplate.check(files, prefix);
    boolean module =
        files.keySet().stream()
            .filter(p -> p.startsWith(prefix))
            .map(p -> p.substring(prefix.length()))
            .anyMatch(p -> !p.contains("/") && p.matches(".*\\.(tf|tofu)(\\.json)?"));
    if (!module) {
      throw WorkspaceFiles.refuse(
          config.path().isEmpty() ? "." : config.path(),
          "it holds no .tf file",
          "check the path; to remove what was made, ask for its destruction");
    }
    return new TerraformWorkspace(
        snapshot.revision(), snapshot.repository(), flown, files, read.programs());
  }

  /** Says more than the defaults. Not thread-safe. */
  public static final class Builder {
    private final String path;
    private final List<String> include = new ArrayList<>();
    private final SortedMap<String, Sensitive<String>> variables = new TreeMap<>();
    private final Set<String> secretVariables = new HashSet<>();
    private final SortedMap<String, FlowingVariables.From> flowing = new TreeMap<>();
    private final List<String> variableFiles = new ArrayList<>();
    private String workspace = "default";
    private Optional<Backend> backend = Optional.empty();
    private final List<DriftRule> ignoredDrift = new ArrayList<>();
    private WorkspaceConfig.Purpose purpose = WorkspaceConfig.Purpose.EXIST;
    private long maxBytes = 64L * 1024 * 1024;

    private Builder(String path) {
      this.path = Objects.requireNonNull(path, "path");
    }

    /**
     * Adds a directory that the modules read, or a single file. Local modules are found without it.
     *
     * @param directory from the root of the repository
     * @return this
     */
    public Builder include(String directory) {
      include.add(Objects.requireNonNull(directory, "directory"));
      return this;
    }

    /**
     * The workspace. Default: {@code default}. It is made when it is missing.
     *
     * @param name its name
     * @return this
     */
    public Builder workspace(String name) {
      workspace = Objects.requireNonNull(name, "name");
      return this;
    }

    /**
     * Sets a variable to a text.
     *
     * @param name of the variable
     * @param value its value
     * @return this
     */
    public Builder variable(String name, String value) {
      return plain(name, JSON.writeValueAsString(value));
    }

    /**
     * Sets a variable to a number.
     *
     * @param name of the variable
     * @param value its value
     * @return this
     */
    public Builder variable(String name, BigDecimal value) {
      return plain(name, value.toPlainString());
    }

    /**
     * Sets a variable to a whole number.
     *
     * @param name of the variable
     * @param value its value
     * @return this
     */
    public Builder variable(String name, long value) {
      return plain(name, String.valueOf(value));
    }

    /**
     * Sets a variable to true or false.
     *
     * @param name of the variable
     * @param value its value
     * @return this
     */
    public Builder variable(String name, boolean value) {
      return plain(name, String.valueOf(value));
    }

    /**
     * Sets a variable to a secret text.
     *
     * @param name of the variable
     * @param value its value
     * @return this
     */
    public Builder variable(String name, Sensitive<String> value) {
      return variableJson(name, Sensitive.of(JSON.writeValueAsString(value.reveal())));
    }

    /**
     * Lets a variable be an output of another target, wherever that stands: when the output
     * changed, an unchanged revision is planned again. What is confidential there is kept secret
     * here. Wins over a value.
     *
     * @param name of the variable
     * @param outputs of the other target, such as {@link TerraformDestination#outputsOf}
     * @param output the name of the output
     * @return this
     */
    public Builder variable(String name, Outputs outputs, String output) {
      flowing.put(name, new FlowingVariables.From(outputs, output));
      return this;
    }

    /**
     * Sets a variable to any value.
     *
     * @param name of the variable
     * @param json its value as JSON
     * @return this
     */
    public Builder variableJson(String name, String json) {
      return plain(name, json);
    }

    /**
     * Sets a variable to any value, which is kept secret.
     *
     * @param name of the variable
     * @param json its value as JSON
     * @return this
     */
    public Builder variableJson(String name, Sensitive<String> json) {
      variables.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(json, "json"));
      secretVariables.add(name);
      return this;
    }

    private Builder plain(String name, String json) {
      variables.put(Objects.requireNonNull(name, "name"), Sensitive.of(json));
      return this;
    }

    /**
     * Adds a file of variables; a later one wins, and single variables win over all.
     *
     * @param file from the root module
     * @return this
     */
    public Builder variableFile(String file) {
      variableFiles.add(Objects.requireNonNull(file, "file"));
      return this;
    }

    /**
     * Where the state is kept, in place of what the configuration says.
     *
     * @param where the backend
     * @return this
     */
    public Builder backend(Backend where) {
      backend = Optional.of(where);
      return this;
    }

    /**
     * Leaves drift as it is.
     *
     * @param rule which drift
     * @return this
     */
    public Builder ignoreDrift(DriftRule rule) {
      ignoredDrift.add(Objects.requireNonNull(rule, "rule"));
      return this;
    }

    /**
     * Whether what the directory describes shall exist. Default: it shall.
     *
     * @param intent the purpose
     * @return this
     */
    public Builder purpose(WorkspaceConfig.Purpose intent) {
      purpose = Objects.requireNonNull(intent, "intent");
      return this;
    }

    /**
     * The most that the files may be together. Default: 64 MiB.
     *
     * @param bytes positive
     * @return this
     */
    public Builder maxBytes(long bytes) {
      maxBytes = bytes;
      return this;
    }

    /**
     * Checks everything.
     *
     * @return the renderer
     * @throws io.gitops4j.error.ConfigurationException that lists all problems
     */
    public TerraformRenderer build() {
      return new TerraformRenderer(
          new WorkspaceConfig(
              path,
              include,
              workspace,
              variables,
              secretVariables,
              variableFiles,
              backend,
              ignoredDrift,
              purpose,
              maxBytes),
          new FlowingVariables(flowing));
    }
  }
}
