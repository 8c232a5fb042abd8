package io.gitops4j.terraform.flux;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.Redactor;
import io.gitops4j.gate.Gate;
import io.gitops4j.gate.GateDecision;
import io.gitops4j.internal.json.Fields;
import io.gitops4j.internal.yaml.YamlDocument;
import io.gitops4j.internal.yaml.YamlDocuments;
import io.gitops4j.model.Sensitive;
import io.gitops4j.reconcile.SyncPolicy;
import io.gitops4j.terraform.TerraformRenderer;
import io.gitops4j.terraform.WorkspaceConfig;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A {@code Terraform} object of tofu-controller ({@code infra.contrib.fluxcd.io/v1alpha2}) with the
 * {@code GitRepository} that it names: the fields that are honoured. One that is not is an error
 * that names it. Immutable.
 *
 * @param name of the object
 * @param namespace of the object, empty when it names none
 * @param repoUrl where the repository is
 * @param reference what is followed
 * @param renderer of its path
 * @param policy what may happen on its own; {@code destroy} is the permission to remove everything
 * @param suspended whether it is left alone, by {@code suspend}
 * @param approval by {@code approvePlan}: a plan id, {@code auto}, or nothing for by hand; holds
 *     every plan of a suspended target
 * @param interval between passes
 * @param parallelism how many resources are worked on at once, empty for the default
 */
public record TerraformManifest(
    String name,
    String namespace,
    String repoUrl,
    String reference,
    TerraformRenderer renderer,
    SyncPolicy policy,
    boolean suspended,
    Gate approval,
    Duration interval,
    Optional<Integer> parallelism) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String EXPECTED = "one Terraform and its GitRepository";

  /** Far more than two objects that an API server would take. */
  private static final YamlDocuments.Limits LIMITS =
      new YamlDocuments.Limits(4 << 20, 100, 200_000);

  /** Checks that no part is missing. */
  public TerraformManifest {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(namespace, "namespace");
    Objects.requireNonNull(renderer, "renderer");
    Objects.requireNonNull(policy, "policy");
    Objects.requireNonNull(approval, "approval");
  }

  /**
   * What its target is called, so that no two objects share a state.
   *
   * @return {@code namespace/name}; the name alone where the manifest names no namespace
   */
  public String targetName() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }

  /** Not every field: the address of the repository may hold a password. */
  @Override
  public String toString() {
    return "Terraform " + targetName() + " of " + Redactor.redact(repoUrl);
  }

  /**
   * Reads both objects.
   *
   * @param file its name, for messages
   * @param content YAML or JSON with exactly one Terraform object and the GitRepository that it
   *     names, as documents of one file, in any order
   * @return what they say
   * @throws ConfigurationException when it holds other objects; else one that lists every field
   *     that is missing, wrong or not honoured
   * @throws io.gitops4j.error.RenderException when it is no YAML at all; it names the line
   */
  public static TerraformManifest read(String file, byte[] content) {
    List<JsonNode> objects =
        YamlDocuments.read(file, content, LIMITS).stream().map(YamlDocument::value).toList();
    JsonNode object = only(file, objects, "infra.contrib.fluxcd.io", "Terraform");
    JsonNode repository = only(file, objects, "source.toolkit.fluxcd.io", "GitRepository");
    if (objects.size() != 2) {
      throw refused(file, "it holds " + objects.size() + " objects, expected " + EXPECTED);
    }
    return read(file, object, repository);
  }

  private static JsonNode only(String file, List<JsonNode> objects, String group, String kind) {
    List<JsonNode> found =
        objects.stream()
            .filter(o -> o.path("kind").asString("").equals(kind))
            .filter(o -> o.path("apiVersion").asString("").startsWith(group + "/"))
            .toList();
    if (found.size() != 1) {
      throw refused(
          file,
          "it holds "
              + found.size()
              + " objects of kind "
              + kind
              + " ("
              + group
              + "), expected "
              + EXPECTED);
    }
    return found.get(0);
  }

  private static ConfigurationException refused(String file, String why) {
    return new ConfigurationException(file, List.of(why));
  }

  private static TerraformManifest read(String file, JsonNode object, JsonNode repository) {
    Fields git = new Fields(repository);
    git.ignore("apiVersion", "kind", "metadata", "status");
    Fields gitSpec = git.required("spec");
    String url = gitSpec.requiredText("url");
    gitSpec.duration("interval", Duration.ZERO);
    String reference = reference(gitSpec.object("ref"));
    git.finish(file + " GitRepository");

    Fields root = new Fields(object);
    root.ignore("apiVersion", "kind", "metadata", "status");
    Fields spec = root.required("spec");
    Fields source = spec.required("sourceRef");
    String named = source.requiredText("name");
    if (!source.requiredText("kind").equals("GitRepository")
        || !named.equals(repository.path("metadata").path("name").asString(""))) {
      source.problem("must name the GitRepository of the same file");
    }
    source.text("namespace");
    Duration interval = spec.duration("interval", Duration.ofMinutes(10));
    spec.duration("retryInterval", Duration.ofMinutes(1));
    boolean destroy = spec.flag("destroy");
    String path = spec.text("path").orElse(".");
    String workspace = spec.text("workspace").filter(w -> !w.isEmpty()).orElse("default");
    FormerState.check(object, root, spec, workspace);
    TerraformRenderer.Builder builder =
        TerraformRenderer.builder(path)
            .workspace(workspace)
            .purpose(destroy ? WorkspaceConfig.Purpose.DESTROY : WorkspaceConfig.Purpose.EXIST);
    spec.texts("tfVarsFiles").forEach(f -> variableFile(builder, path, f));
    values(spec, builder);
    for (Fields variable : spec.objects("vars")) {
      String key = variable.requiredText("name");
      variable.json("value").ifPresent(v -> variable(builder, key, v));
    }
    boolean suspended = spec.flag("suspend");
    Gate decided = approval(spec);
    Gate approval = suspended ? Gate.suspended("spec.suspend") : decided;
    spec.flag("refreshBeforeApply"); // every pass compares with what is there
    withoutEffect(spec, object.path("spec").path("runnerPodTemplate"));
    int parallelism = (int) spec.number("parallelism", 0);
    root.finish(file + " Terraform");
    SyncPolicy policy =
        destroy ? SyncPolicy.standard().withEmpty(SyncPolicy.Empty.ALLOW) : SyncPolicy.standard();
    return new TerraformManifest(
        object.path("metadata").path("name").asString(""),
        object.path("metadata").path("namespace").asString(""),
        url,
        reference,
        builder.build(),
        policy,
        suspended,
        approval,
        interval,
        parallelism > 0 ? Optional.of(parallelism) : Optional.empty());
  }

  /** An object of the cluster has the defaults of all fields, and some are about its pods only. */
  private static void withoutEffect(Fields spec, JsonNode pod) {
    spec.ignore(
        "alwaysCleanupRunnerPod",
        "enableInventory",
        "maxRetryInterval",
        "retryStrategy",
        "runnerTerminationGracePeriodSeconds",
        "upgradeOnInit");
    if (pod.isEmpty()) {
      spec.ignore("runnerPodTemplate");
    }
    for (String name :
        List.of("breakTheGlass", "destroyResourcesOnDeletion", "disableDriftDetection", "force")) {
      if (spec.flag(name)) {
        spec.problem(name + ": true is not honoured yet: remove it");
      }
    }
    onlyDefault(spec, "serviceAccountName", "tf-runner");
    onlyDefault(spec, "storeReadablePlan", "none");
  }

  private static void onlyDefault(Fields spec, String name, String usual) {
    spec.text(name)
        .filter(v -> !v.equals(usual))
        .ifPresent(v -> spec.problem(name + ": " + v + " is not honoured yet: remove it"));
  }

  /** One variable with everything in it; it may hold templates that read Secrets. */
  private static void values(Fields spec, TerraformRenderer.Builder builder) {
    Optional<String> values = spec.json("values");
    if (values.filter(v -> v.contains("${{")).isPresent()) {
      spec.problem("values: templates such as ${{ .name }} are not honoured yet: write the value");
    }
    values.ifPresent(v -> variable(builder, "values", v));
  }

  /** Named from the root of the repository, whatever the path is; none leads out of it. */
  private static void variableFile(TerraformRenderer.Builder builder, String path, String file) {
    Path root = Path.of("/");
    Path named = root.resolve(file).normalize();
    builder.include(root.relativize(named).toString());
    builder.variableFile(root.resolve(path).normalize().relativize(named).toString());
  }

  private static void variable(TerraformRenderer.Builder builder, String name, String json) {
    JsonNode value = JSON.readTree(json);
    if (value.isString()) {
      builder.variable(name, value.asString());
    } else if (value.isNumber()) {
      builder.variable(name, new BigDecimal(value.asString()));
    } else if (value.isBoolean()) {
      builder.variable(name, value.asBoolean());
    } else {
      builder.variableJson(name, Sensitive.of(json));
    }
  }

  /** The most exact wins, as in Flux: commit, name, semver, tag, branch. */
  private static String reference(Fields ref) {
    Optional<String> branch = ref.text("branch");
    Optional<String> tag = ref.text("tag");
    Optional<String> range = ref.text("semver");
    Optional<String> name = ref.text("name");
    Optional<String> commit = ref.text("commit");
    return commit
        .or(() -> name)
        .or(() -> range)
        .or(() -> tag.map(t -> "refs/tags/" + t))
        .or(() -> branch)
        .orElse("master");
  }

  private static Gate approval(Fields spec) {
    String approve = spec.text("approvePlan").orElse("");
    if (spec.flag("planOnly") || approve.equals("disable")) {
      return (plan, context) -> GateDecision.held("plans of this target are not applied");
    }
    if (approve.equals("auto")) {
      return (plan, context) -> GateDecision.allowed();
    }
    return (plan, context) ->
        List.of(plan.id().toString(), plan.id().digest().hex()).contains(approve)
            ? GateDecision.allowed()
            : GateDecision.held(
                "plan " + plan.id() + " waits for approval: set approvePlan to its id");
  }
}
