package io.gitops4j.k8s;

import io.gitops4j.error.ConfigurationException;
import java.util.List;
import java.util.Objects;

/**
 * In whose name requests are sent. The cluster judges them by the rights of that user; our own user
 * needs the right to impersonate, and nothing else about the objects. Immutable.
 *
 * @param user such as {@code system:serviceaccount:shop:deployer}
 * @param groups of the user; empty leaves them to the server, which knows those of a service
 *     account
 */
public record Impersonation(String user, List<String> groups) {
  /**
   * Checks both.
   *
   * @throws ConfigurationException when one cannot be sent
   */
  public Impersonation {
    Objects.requireNonNull(user, "user");
    groups = List.copyOf(groups);
    if (unsendable(user) || groups.stream().anyMatch(Impersonation::unsendable)) {
      throw new ConfigurationException(
          "impersonation",
          List.of("users and groups have one or more printable characters, not '" + user + "'"));
    }
  }

  /**
   * A service account.
   *
   * @param namespace that it lives in
   * @param name of it
   * @return the impersonation
   * @throws ConfigurationException when one of them is empty
   */
  public static Impersonation serviceAccount(String namespace, String name) {
    if (namespace.isEmpty() || name.isEmpty()) {
      throw new ConfigurationException(
          "impersonation",
          List.of(
              "a service account has a namespace and a name, not '"
                  + namespace
                  + ":"
                  + name
                  + "'"));
    }
    return new Impersonation("system:serviceaccount:" + namespace + ":" + name, List.of());
  }

  private static boolean unsendable(String text) {
    return text.isEmpty() || !text.chars().allMatch(c -> c > 0x1f && c < 0x7f);
  }
}
