package io.gitops4j.k8s;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.reconcile.SyncPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Says more of a {@link KubernetesConfig} than the defaults. Not thread-safe. */
public final class KubernetesConfigBuilder {
  private final KubernetesConfig.Access access;
  private String namespace = "";
  private boolean createNamespace;
  private String stateNamespace = "gitops4j";
  private String fieldManager = "gitops4j";
  private AdoptionPolicy adoption = AdoptionPolicy.MUST_MATCH;
  private ProtectedKinds protectedKinds = ProtectedKinds.standard();
  private PrunePropagation prunePropagation = PrunePropagation.BACKGROUND;
  private SyncPolicy.Prune pruning = SyncPolicy.Prune.REMOVE;
  private SyncPolicy.Prune deletion = SyncPolicy.Prune.REMOVE;
  private List<IgnoreRule> ignoreDifferences = List.of();
  private Set<Normalizer> normalizers = Normalizer.all();
  private List<HealthCheck> healthChecks = List.of();
  private IgnoredAtWrite ignoredAtWrite = IgnoredAtWrite.LEAVE;
  private Conflicts conflicts = new Conflicts(ConflictPolicy.FORCE, List.of());
  private ReplacePolicy replace = ReplacePolicy.NEVER;
  private UpdatePolicy update = UpdatePolicy.APPLY;
  private MissingKinds missingKinds =
      new MissingKinds(MissingKinds.Awaited.MARKED, Duration.ofSeconds(60));
  private NamespaceMetadata namespaceMetadata = new NamespaceMetadata(Map.of(), Map.of());
  private ObjectPermissions permissions = ObjectPermissions.all();
  private Optional<Impersonation> impersonation = Optional.empty();
  private int historyLimit = 10;
  private Tombstone.Limits tombstones = new Tombstone.Limits(100, 4L * 1024 * 1024);
  private int concurrency = 16;
  private Duration requestTimeout = Duration.ofSeconds(60);
  private Duration hookTimeout = Duration.ofMinutes(10);
  private Duration healthTimeout = Duration.ofMinutes(5);

  KubernetesConfigBuilder(KubernetesConfig.Access access) {
    this.access = Objects.requireNonNull(access, "access");
  }

  /**
   * The namespace of objects that name none. Default: none, which makes such an object an error.
   *
   * @param name the namespace
   * @return this
   */
  public KubernetesConfigBuilder namespace(String name) {
    namespace = Objects.requireNonNull(name, "name");
    return this;
  }

  /**
   * Makes the default namespace when objects need it and it is missing. It is planned, not owned,
   * and never removed: other targets may live in it. Default: false.
   *
   * @param create whether it is made
   * @return this
   */
  public KubernetesConfigBuilder createNamespace(boolean create) {
    createNamespace = create;
    return this;
  }

  /**
   * Where inventory and history are kept. Default: {@code gitops4j}.
   *
   * @param name the namespace
   * @return this
   */
  public KubernetesConfigBuilder stateNamespace(String name) {
    stateNamespace = Objects.requireNonNull(name, "name");
    return this;
  }

  /**
   * The name that fields are owned under. Default: {@code gitops4j}.
   *
   * @param name at most 119 characters
   * @return this
   */
  public KubernetesConfigBuilder fieldManager(String name) {
    fieldManager = Objects.requireNonNull(name, "name");
    return this;
  }

  /**
   * What happens to objects that exist without an owner. Default: {@link
   * AdoptionPolicy#MUST_MATCH}.
   *
   * @param policy the policy
   * @return this
   */
  public KubernetesConfigBuilder adoption(AdoptionPolicy policy) {
    adoption = Objects.requireNonNull(policy, "policy");
    return this;
  }

  /**
   * Kinds that are pruned only when a {@link io.gitops4j.gate.PruneConfirmation} says so. Default:
   * {@link ProtectedKinds#standard()}, to which {@link ProtectedKinds#and} adds.
   *
   * @param kinds all of them
   * @return this
   */
  public KubernetesConfigBuilder protectedKinds(ProtectedKinds kinds) {
    protectedKinds = Objects.requireNonNull(kinds, "kinds");
    return this;
  }

  /**
   * What becomes of what a pruned object made. Default: removed after it.
   *
   * @param policy which
   * @return this
   */
  public KubernetesConfigBuilder prunePropagation(PrunePropagation policy) {
    prunePropagation = Objects.requireNonNull(policy, "policy");
    return this;
  }

  /**
   * What becomes of what is owned and no longer desired. An object that says {@code Prune=true},
   * {@code false} or {@code confirm} for Argo CD decides for itself. Default: it is removed. The
   * {@link SyncPolicy} of the target comes before both: what it keeps is kept.
   *
   * @param rule what
   * @return this
   */
  public KubernetesConfigBuilder pruning(SyncPolicy.Prune rule) {
    pruning = Objects.requireNonNull(rule, "rule");
    return this;
  }

  /**
   * What becomes of what is owned when nothing is desired any more. One that says {@code
   * Delete=true}, {@code false} or {@code confirm} for Argo CD decides for itself. Default: it is
   * removed, where the {@link SyncPolicy} of the target lets it.
   *
   * @param rule what
   * @return this
   */
  public KubernetesConfigBuilder deletion(SyncPolicy.Prune rule) {
    deletion = Objects.requireNonNull(rule, "rule");
    return this;
  }

  /**
   * Fields that others may set without being corrected. Default: none.
   *
   * @param rules which fields of which objects
   * @return this
   */
  public KubernetesConfigBuilder ignoreDifferences(List<IgnoreRule> rules) {
    ignoreDifferences = List.copyOf(rules);
    return this;
  }

  /**
   * What is changed in manifests before they are compared and applied. Default: all of them.
   *
   * @param some which; none is allowed
   * @return this
   */
  public KubernetesConfigBuilder normalizers(Set<Normalizer> some) {
    normalizers = Set.copyOf(some);
    return this;
  }

  /**
   * What may be touched. Default: everything.
   *
   * @param rules asked for every object, in every pass and before every write
   * @return this
   */
  public KubernetesConfigBuilder permissions(ObjectPermissions rules) {
    permissions = Objects.requireNonNull(rules, "rules");
    return this;
  }

  /**
   * How the health of some kinds is told, above the rules that come with the library. Default:
   * none.
   *
   * @param checks the first that gives a health decides
   * @return this
   */
  public KubernetesConfigBuilder healthChecks(List<HealthCheck> checks) {
    healthChecks = List.copyOf(checks);
    return this;
  }

  /**
   * What becomes of ignored fields when their object is written. Default: they stay.
   *
   * @param policy which
   * @return this
   */
  public KubernetesConfigBuilder ignoredAtWrite(IgnoredAtWrite policy) {
    ignoredAtWrite = Objects.requireNonNull(policy, "policy");
    return this;
  }

  /**
   * What happens with desired fields that another field manager owns too. Default: they are taken
   * over.
   *
   * @param otherwise where no rule matches
   * @param rules the first that matches a field holds
   * @return this
   */
  public KubernetesConfigBuilder conflicts(ConflictPolicy otherwise, List<ConflictRule> rules) {
    conflicts = new Conflicts(otherwise, rules);
    return this;
  }

  /**
   * What happens when an immutable field changed. Default: the object fails. One that says {@code
   * Force=true} for Argo CD, or {@code force: enabled} for Flux, is replaced.
   *
   * @param policy which
   * @return this
   */
  public KubernetesConfigBuilder replace(ReplacePolicy policy) {
    replace = Objects.requireNonNull(policy, "policy");
    return this;
  }

  /**
   * How objects that exist are changed. Default: by server-side apply. One that says {@code
   * Replace=true} for Argo CD is overwritten.
   *
   * @param policy which
   * @return this
   */
  public KubernetesConfigBuilder update(UpdatePolicy policy) {
    update = Objects.requireNonNull(policy, "policy");
    return this;
  }

  /**
   * What happens with objects whose kind nobody serves nor defines. Default: those that say {@code
   * SkipDryRunOnMissingResource=true} are awaited, for 60 seconds.
   *
   * @param rule which are awaited, and how long
   * @return this
   */
  public KubernetesConfigBuilder missingKinds(MissingKinds rule) {
    missingKinds = Objects.requireNonNull(rule, "rule");
    return this;
  }

  /**
   * What the namespace carries that is made. Default: nothing.
   *
   * @param metadata labels and annotations; needs {@link #createNamespace}
   * @return this
   */
  public KubernetesConfigBuilder namespaceMetadata(NamespaceMetadata metadata) {
    namespaceMetadata = Objects.requireNonNull(metadata, "metadata");
    return this;
  }

  /**
   * In whose name objects are read, dry run, written and deleted. Inventory and history are kept in
   * our own name: who could write the inventory of a target could have it remove anything. Default:
   * our own.
   *
   * @param user who
   * @return this
   */
  public KubernetesConfigBuilder impersonate(Impersonation user) {
    impersonation = Optional.of(user);
    return this;
  }

  /**
   * How many passes history keeps. Default: 10.
   *
   * @param passes not negative
   * @return this
   */
  public KubernetesConfigBuilder historyLimit(int passes) {
    historyLimit = passes;
    return this;
  }

  /**
   * How much is kept of what is removed or replaced, for each target, in the state namespace. Of
   * one pass as much as fits is kept, and of what is older what still fits. Default: 100 objects, 4
   * MiB.
   *
   * @param objects the most objects, not negative; 0 keeps nothing
   * @param bytes the most bytes of all objects together as JSON, not negative
   * @return this
   */
  public KubernetesConfigBuilder tombstones(int objects, long bytes) {
    tombstones = new Tombstone.Limits(objects, bytes);
    return this;
  }

  /**
   * How many writes run at once. Default: 16.
   *
   * @param writes at least 1
   * @return this
   */
  public KubernetesConfigBuilder concurrency(int writes) {
    concurrency = writes;
    return this;
  }

  /**
   * The longest that one request may take. Default: 60 seconds.
   *
   * @param limit positive
   * @return this
   */
  public KubernetesConfigBuilder requestTimeout(Duration limit) {
    requestTimeout = Objects.requireNonNull(limit, "limit");
    return this;
  }

  /**
   * The longest that one hook may run; then it counts as failed. Default: 10 minutes.
   *
   * @param limit positive
   * @return this
   */
  public KubernetesConfigBuilder hookTimeout(Duration limit) {
    hookTimeout = Objects.requireNonNull(limit, "limit");
    return this;
  }

  /**
   * How long a sync waits at most for one object to be well, or gone, before it fails: it waits
   * only where something comes later, as the next wave does. Default: 5 minutes.
   *
   * @param limit positive
   * @return this
   */
  public KubernetesConfigBuilder healthTimeout(Duration limit) {
    healthTimeout = Objects.requireNonNull(limit, "limit");
    return this;
  }

  /**
   * Checks everything.
   *
   * @return the configuration
   * @throws ConfigurationException that lists all problems
   */
  public KubernetesConfig build() {
    return new KubernetesConfig(
        access,
        namespace,
        createNamespace,
        stateNamespace,
        fieldManager,
        adoption,
        protectedKinds,
        prunePropagation,
        pruning,
        deletion,
        ignoreDifferences,
        normalizers,
        healthChecks,
        ignoredAtWrite,
        conflicts,
        replace,
        update,
        missingKinds,
        namespaceMetadata,
        permissions,
        impersonation,
        historyLimit,
        tombstones,
        concurrency,
        requestTimeout,
        hookTimeout,
        healthTimeout);
  }
}
