package io.gitops4j.k8s.internal.client;

import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.ConfigBuilder;
import io.fabric8.kubernetes.api.model.Context;
import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.api.model.NamedCluster;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.gitops4j.error.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is used of a kubeconfig: one context, with its user and its cluster. Not thread-safe, as its
 * parts can be changed.
 *
 * @param name of the context
 */
record ChosenContext(String name, AuthInfo user, Cluster cluster) {
  /** Finds it; of several with one name the first counts, as it is the one that is looked at. */
  static ChosenContext of(String subject, Config whole, Optional<String> wanted) {
    String name = wanted.orElse(text(whole.getCurrentContext()));
    List<NamedContext> contexts = present(whole.getContexts());
    Optional<NamedContext> found =
        contexts.stream().filter(c -> name.equals(c.getName())).findFirst();
    if (found.isEmpty()) {
      List<String> names = contexts.stream().map(c -> text(c.getName())).toList();
      throw new ConfigurationException(
          subject, List.of("it has no context '" + name + "', only " + names));
    }
    Context context = found.get().getContext();
    if (context == null) {
      throw new ConfigurationException(
          subject, List.of("its context '" + name + "' names neither a cluster nor a user"));
    }
    List<String> problems = new ArrayList<>();
    Cluster cluster = cluster(name, text(context.getCluster()), whole, problems);
    AuthInfo user = user(name, text(context.getUser()), whole, problems);
    if (!problems.isEmpty()) {
      throw new ConfigurationException(subject, problems);
    }
    return new ChosenContext(name, user, cluster);
  }

  private static Cluster cluster(String context, String name, Config whole, List<String> problems) {
    Optional<Cluster> cluster =
        present(whole.getClusters()).stream()
            .filter(c -> name.equals(c.getName()))
            .findFirst()
            .map(NamedCluster::getCluster);
    if (cluster.map(Cluster::getServer).filter(s -> !s.isBlank()).isEmpty()) {
      // Without an address the client would go to one of its own.
      problems.add(
          "its context '"
              + context
              + "' needs the server of cluster '"
              + name
              + "', which is missing");
    }
    return cluster.orElseGet(Cluster::new);
  }

  /** A context without a user, and a user who says nothing, log in as nobody. */
  private static AuthInfo user(String context, String name, Config whole, List<String> problems) {
    Optional<NamedAuthInfo> user =
        present(whole.getUsers()).stream().filter(u -> name.equals(u.getName())).findFirst();
    if (user.isEmpty() && !name.isEmpty()) {
      problems.add("its context '" + context + "' names user '" + name + "', which is missing");
    }
    return user.map(NamedAuthInfo::getUser).orElseGet(AuthInfo::new);
  }

  /** A kubeconfig that holds nothing else. */
  Config alone() {
    return new ConfigBuilder()
        .withCurrentContext(name)
        .addNewContext()
        .withName(name)
        .withNewContext()
        .withCluster(name)
        .withUser(name)
        .endContext()
        .endContext()
        .addToClusters(new NamedCluster(cluster, name))
        .addToUsers(new NamedAuthInfo(name, user))
        .build();
  }

  private static <T> List<T> present(@Nullable List<T> list) {
    return list == null ? List.of() : list.stream().filter(Objects::nonNull).toList();
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }
}
