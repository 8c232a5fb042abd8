package io.gitops4j.k8s;

import io.gitops4j.controller.Leadership;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.internal.apply.LeaseElection;
import io.gitops4j.k8s.internal.apply.LeaseObjects;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.Permit;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Replicas share targets through Leases of a cluster. Targets are put into shards, each with one
 * Lease; every replica holds those that hashing over the living replicas gives to it. No clock of
 * one replica is compared with that of another. Thread-safe.
 */
public final class KubernetesLeadership implements Leadership {
  private final LeaseElection election;

  private KubernetesLeadership(Builder builder, ScheduledExecutorService timer) {
    LeaseObjects objects =
        new LeaseObjects(
            builder.cluster.http(builder.leaseTime.dividedBy(3), builder.shards + 2),
            builder.namespace,
            builder.group);
    election =
        new LeaseElection(
            objects,
            new LeaseElection.Office(
                builder.group,
                // A process that comes again is another one: its predecessor may still wake up.
                builder.identity + "-" + UUID.randomUUID().toString().substring(0, 8),
                builder.shards,
                builder.leaseTime),
            timer,
            Clock.systemUTC());
  }

  /**
   * Begins to describe how replicas share.
   *
   * @param cluster that keeps the Leases
   * @return a builder
   */
  public static Builder builder(KubernetesCluster cluster) {
    return new Builder(cluster);
  }

  @Override
  public void start(Map<TargetId, String> groups, Runnable changed) {
    election.start(groups, changed);
  }

  @Override
  public Optional<Permit> permit(TargetId target) {
    return election.permit(target);
  }

  @Override
  public void stop(Set<TargetId> busy) {
    election.stop(busy);
  }

  /** Says more than the defaults. Not thread-safe. */
  public static final class Builder {
    private final KubernetesCluster cluster;
    private String namespace = "gitops4j";
    private String group = "gitops4j";
    private String identity = "replica";
    private int shards = 16;
    private Duration leaseTime = Duration.ofSeconds(15);
    private @Nullable ScheduledExecutorService timer;

    private Builder(KubernetesCluster cluster) {
      this.cluster = Objects.requireNonNull(cluster, "cluster");
    }

    /**
     * Where the Leases are kept; created when it is missing. Default: {@code gitops4j}.
     *
     * @param name the namespace
     * @return this
     */
    public Builder namespace(String name) {
      namespace = Objects.requireNonNull(name, "name");
      return this;
    }

    /**
     * What the replicas have in common: those of one group share the same targets. Default: {@code
     * gitops4j}.
     *
     * @param name lower-case letters, digits and dashes, at most 40
     * @return this
     */
    public Builder group(String name) {
      group = Objects.requireNonNull(name, "name");
      return this;
    }

    /**
     * How this replica is shown, such as the name of its pod; something random is added. Default:
     * {@code replica}.
     *
     * @param name for people
     * @return this
     */
    public Builder identity(String name) {
      identity = Objects.requireNonNull(name, "name");
      return this;
    }

    /**
     * How many parts the targets are put into; the same for all replicas, and more than there will
     * ever be replicas. Each costs one request per sixth of the lease time. Default: 16.
     *
     * @param count from 1 to 256
     * @return this
     */
    public Builder shards(int count) {
      shards = count;
      return this;
    }

    /**
     * How long a replica that is silent keeps its right; after that another takes over. Default: 15
     * seconds.
     *
     * @param time at least 2 seconds
     * @return this
     */
    public Builder leaseTime(Duration time) {
      leaseTime = Objects.requireNonNull(time, "time");
      return this;
    }

    /**
     * Where Leases are renewed. Required. Nothing on it waits; it must not be kept busy by others.
     *
     * @param executor one thread is enough; lent
     * @return this
     */
    public Builder timer(ScheduledExecutorService executor) {
      timer = Objects.requireNonNull(executor, "executor");
      return this;
    }

    /**
     * Checks everything; contacts nothing.
     *
     * @return the leadership, to be given to a controller
     * @throws ConfigurationException that lists all problems
     */
    public KubernetesLeadership build() {
      List<String> problems = new ArrayList<>();
      if (!group.matches("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")) {
        problems.add("group must be 1 to 40 lower-case letters, digits and dashes, not " + group);
      }
      if (shards < 1 || shards > 256) {
        problems.add("shards must be from 1 to 256, not " + shards);
      }
      if (leaseTime.compareTo(Duration.ofSeconds(2)) < 0) {
        problems.add("leaseTime must be at least 2 seconds, not " + leaseTime);
      }
      if (timer == null) {
        problems.add("timer is missing: give a ScheduledExecutorService");
      }
      if (!problems.isEmpty()) {
        throw new ConfigurationException("Kubernetes leadership", problems);
      }
      return new KubernetesLeadership(this, Objects.requireNonNull(timer));
    }
  }
}
