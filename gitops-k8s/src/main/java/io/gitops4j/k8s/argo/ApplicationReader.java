package io.gitops4j.k8s.argo;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.internal.json.Fields;
import io.gitops4j.k8s.IgnoreRule;
import io.gitops4j.k8s.IgnoredAtWrite;
import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.ManifestRenderer;
import io.gitops4j.k8s.MissingKinds;
import io.gitops4j.k8s.NamespaceMetadata;
import io.gitops4j.k8s.PrunePropagation;
import io.gitops4j.k8s.ReplacePolicy;
import io.gitops4j.k8s.UpdatePolicy;
import io.gitops4j.k8s.internal.render.SourceOptions;
import io.gitops4j.model.ResourceId;
import io.gitops4j.reconcile.RetryPolicy;
import io.gitops4j.reconcile.SyncPolicy;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Reads an {@link Application}, and tells every field that is missing, wrong or not honoured. */
final class ApplicationReader {
  private static final String APPROVED = "argocd.argoproj.io/deletion-approved";
  private static final String CREATE_NAMESPACE = "CreateNamespace=true";
  private static final String AWAIT_KINDS = "SkipDryRunOnMissingResource=true";
  private static final String SET_IGNORED = "RespectIgnoreDifferences=false";
  private static final String OVERWRITE = "Replace=true";
  private static final String ANEW = "Force=true";
  private static final int ARGO_RETRIES = 5;
  private static final int ARGO_HISTORY = 10;
  private static final Set<String> HONOURED =
      Set.of(
          CREATE_NAMESPACE,
          "CreateNamespace=false",
          "ServerSideApply=true",
          "ServerSideApply=false",
          "ClientSideApplyMigration=true",
          "ClientSideApplyMigration=false",
          "Validate=true",
          "ApplyOutOfSyncOnly=true",
          "ApplyOutOfSyncOnly=false",
          "PruneLast=true",
          "Prune=true",
          "Prune=false",
          "Prune=confirm",
          "Delete=true",
          "Delete=false",
          "Delete=confirm",
          "PruneLast=false",
          AWAIT_KINDS,
          "SkipDryRunOnMissingResource=false",
          "RespectIgnoreDifferences=true",
          SET_IGNORED,
          "Validate=false",
          "FailOnSharedResource=true",
          "FailOnSharedResource=false",
          "PrunePropagationPolicy=background",
          "PrunePropagationPolicy=foreground",
          "PrunePropagationPolicy=orphan",
          OVERWRITE,
          "Replace=false",
          ANEW,
          "Force=false");

  private ApplicationReader() {}

  static Application read(String file, byte[] content) {
    Manifest manifest = ArgoManifest.read(file, content, "Application");
    Fields root = new Fields(manifest.object());
    root.ignore("apiVersion", "kind", "metadata", "status");
    Fields spec = root.required("spec");
    String project = spec.text("project").filter(p -> !p.isEmpty()).orElse("default");
    spec.refuse("sourceHydrator", "write its drySource as spec.source");
    Fields source = source(spec);
    String repoUrl = source.requiredText("repoURL");
    if (repoUrl.startsWith("oci://")) {
      source.problem("repoURL is an OCI registry, which is not read: commit to Git what it holds");
    }
    source.refuse("chart", SourceOptions.CHART);
    String revision = source.text("targetRevision").filter(r -> !r.isEmpty()).orElse("HEAD");
    Optional<ManifestRenderer> renderer = renderer(source, manifest.id());
    Fields destination = spec.required("destination");
    String server = destination.text("server").orElse("");
    String cluster = destination.text("name").orElse("");
    if (server.isEmpty() == cluster.isEmpty()) {
      destination.problem("needs either server or name");
    }
    String namespace = destination.text("namespace").orElse("");
    Fields sync = spec.object("syncPolicy");
    Fields rules = sync.object("automated");
    boolean automated = sync.has("automated") && rules.flag("enabled", true);
    Optional<RetryPolicy> retry = retry(sync);
    List<String> options = options(sync);
    SyncPolicy policy = policy(rules, automated);
    Optional<Instant> approved = approved(manifest.object().path("metadata"), root);
    List<IgnoreRule> ignored = ignoreDifferences(spec);
    int historyLimit = (int) spec.number("revisionHistoryLimit", ARGO_HISTORY);
    if (historyLimit < 0) {
      spec.problem("revisionHistoryLimit must not be negative");
    }
    spec.ignore("info");
    // Where no namespace is named there is none to make, as in Argo CD.
    boolean createNamespace = options.contains(CREATE_NAMESPACE) && !namespace.isEmpty();
    NamespaceMetadata namespaceMetadata = namespaceMetadata(sync, createNamespace);
    root.finish(manifest.origin().toString());
    return new Application(
        manifest.id().name(),
        manifest.id().namespace(),
        project,
        repoUrl,
        revision,
        renderer.orElseThrow(),
        server,
        cluster,
        namespace,
        createNamespace,
        namespaceMetadata,
        options.contains(OVERWRITE) ? UpdatePolicy.OVERWRITE : UpdatePolicy.APPLY,
        options.contains(ANEW) ? ReplacePolicy.IMMUTABLE : ReplacePolicy.NEVER,
        options.contains(AWAIT_KINDS) ? MissingKinds.Awaited.ALL : MissingKinds.Awaited.MARKED,
        ignored,
        options.contains(SET_IGNORED) ? IgnoredAtWrite.SET : IgnoredAtWrite.LEAVE,
        propagation(options),
        removal(options, "Prune"),
        removal(options, "Delete"),
        historyLimit,
        policy,
        retry,
        automated,
        ArgoManifest.skipped(manifest),
        approved);
  }

  /** The only one of a list too; a list comes first, as in Argo CD. */
  private static Fields source(Fields spec) {
    Optional<Fields> only = spec.only("sources");
    if (only.isPresent()) {
      spec.ignore("source");
      return only.get();
    }
    spec.ignoreEmpty("sources");
    if (!spec.says("sources")) {
      return spec.required("source");
    }
    spec.ignore("source");
    spec.refuse("sources", "write an Application for each, or use a Renderer of your own");
    // Of several nothing more is asked, and so nothing more is told.
    return new Fields(JsonNodeFactory.instance.objectNode());
  }

  private static Optional<Instant> approved(JsonNode metadata, Fields root) {
    String time = metadata.path("annotations").path(APPROVED).asString("");
    try {
      return time.isEmpty()
          ? Optional.empty()
          : Optional.of(OffsetDateTime.parse(time).toInstant());
    } catch (DateTimeParseException e) {
      root.problem(APPROVED + " is no time but " + time);
      return Optional.empty();
    }
  }

  private static NamespaceMetadata namespaceMetadata(Fields sync, boolean createNamespace) {
    Fields metadata = sync.object("managedNamespaceMetadata");
    NamespaceMetadata carried =
        new NamespaceMetadata(metadata.textMap("labels"), metadata.textMap("annotations"));
    if (!carried.isEmpty() && !createNamespace) {
      sync.problem(
          "managedNamespaceMetadata needs the sync option "
              + CREATE_NAMESPACE
              + " and spec.destination.namespace");
    }
    return carried;
  }

  private static Optional<ManifestRenderer> renderer(Fields source, ResourceId id) {
    SourceOptions options = SourceOptions.read(source);
    ManifestRenderer.Builder builder =
        ManifestRenderer.builder(source.text("path").orElse("."))
            .type(options.type())
            .depth(options.depth())
            .include(options.include())
            .exclude(options.exclude())
            .kustomize(options.kustomize())
            .overrides(
                ".argocd-source.yaml",
                ".argocd-source-" + Application.targetName(id).replace('/', '_') + ".yaml");
    try {
      return Optional.of(builder.build());
    } catch (ConfigurationException e) {
      e.problems().forEach(source::problem);
      return Optional.empty();
    }
  }

  /** Argo CD heals when somebody asks, with or without automation; without, it never prunes. */
  private static SyncPolicy policy(Fields rules, boolean automated) {
    boolean prune = rules.flag("prune") && automated;
    boolean selfHeal = rules.flag("selfHeal") || !automated;
    boolean empty = rules.flag("allowEmpty") && automated;
    return new SyncPolicy(
        prune ? SyncPolicy.Prune.REMOVE : SyncPolicy.Prune.KEEP,
        selfHeal ? SyncPolicy.Drift.CORRECT : SyncPolicy.Drift.ON_REQUEST,
        empty ? SyncPolicy.Empty.ALLOW : SyncPolicy.Empty.REFUSE);
  }

  private static SyncPolicy.Prune removal(List<String> options, String name) {
    if (options.contains(name + "=false")) {
      return SyncPolicy.Prune.KEEP;
    }
    return options.contains(name + "=confirm") ? SyncPolicy.Prune.CONFIRM : SyncPolicy.Prune.REMOVE;
  }

  /** Without a retry a sync that failed stays failed; the defaults are Argo CD's. */
  private static Optional<RetryPolicy> retry(Fields sync) {
    RetryPolicy none = RetryPolicy.none();
    if (!sync.has("retry")) {
      return Optional.empty();
    }
    Fields retry = sync.object("retry");
    int limit = (int) retry.number("limit", ARGO_RETRIES);
    retry.flag("refresh"); // a pass that is run again begins with the newest revision anyway
    Fields backoff = retry.object("backoff");
    try {
      return Optional.of(
          new RetryPolicy(
              limit,
              backoff.duration("duration", none.first()),
              backoff.number("factor", none.factor()),
              backoff.duration("maxDuration", none.longest())));
    } catch (ConfigurationException e) {
      e.problems().forEach(problem -> backoff.problem("cannot be: " + problem));
      return Optional.empty();
    }
  }

  private static List<IgnoreRule> ignoreDifferences(Fields spec) {
    List<IgnoreRule> rules = new ArrayList<>();
    for (Fields rule : spec.objects("ignoreDifferences")) {
      try {
        rules.add(
            new IgnoreRule(
                rule.text("group").orElse(""),
                rule.requiredText("kind"),
                rule.text("namespace").orElse(""),
                rule.text("name").orElse(""),
                rule.texts("jsonPointers"),
                rule.texts("jqPathExpressions"),
                rule.texts("managedFieldsManagers")));
      } catch (ConfigurationException e) {
        e.problems().forEach(rule::problem);
      }
    }
    return rules;
  }

  private static PrunePropagation propagation(List<String> options) {
    PrunePropagation chosen = PrunePropagation.BACKGROUND;
    for (PrunePropagation one : PrunePropagation.values()) {
      if (options.contains("PrunePropagationPolicy=" + one.name().toLowerCase(Locale.ROOT))) {
        chosen = one;
      }
    }
    return chosen;
  }

  /** What is as these options ask anyway is taken; every other is told. */
  private static List<String> options(Fields sync) {
    List<String> options = sync.texts("syncOptions");
    for (String option : options) {
      if (!HONOURED.contains(option)) {
        sync.problem("syncOptions: " + option + " is none of Argo CD's: correct or remove it");
      }
    }
    return options;
  }
}
