package io.gitops4j.k8s.internal.client;

import io.gitops4j.model.Sensitive;
import tools.jackson.databind.node.ObjectNode;

/** Puts one server and one user into a kubeconfig, which is the one form that is read. */
public final class KubeconfigText {
  private final ObjectNode cluster = KubeHttp.JSON.createObjectNode();
  private final ObjectNode user = KubeHttp.JSON.createObjectNode();

  /** Begins one. */
  public KubeconfigText(String server) {
    cluster.put("server", server);
  }

  /** The {@code cluster}, to add to. */
  public ObjectNode cluster() {
    return cluster;
  }

  /** The {@code user}, to add to. */
  public ObjectNode user() {
    return user;
  }

  /** The whole of it. */
  public Sensitive<String> text() {
    ObjectNode root = KubeHttp.JSON.createObjectNode();
    root.put("apiVersion", "v1").put("kind", "Config").put("current-context", "one");
    named(root, "clusters", "cluster", cluster);
    named(root, "users", "user", user);
    ObjectNode context = KubeHttp.JSON.createObjectNode().put("cluster", "one").put("user", "one");
    named(root, "contexts", "context", context);
    return Sensitive.of(root.toString());
  }

  private static void named(ObjectNode root, String list, String name, ObjectNode content) {
    root.putArray(list).addObject().put("name", "one").set(name, content);
  }
}
