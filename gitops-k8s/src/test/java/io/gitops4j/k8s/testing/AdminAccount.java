package io.gitops4j.k8s.testing;

import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;

/** A service account that may do everything. Its tokens end with it. */
public final class AdminAccount {
  private final TestCluster cluster;
  private final String namespace;
  private final String name;

  /** Makes it in an existing namespace. */
  public AdminAccount(TestCluster cluster, String namespace, String name) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.name = name;
    create();
    cluster
        .client()
        .resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName(namespace + "-" + name)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "cluster-admin")
                .addNewSubject("", "ServiceAccount", name, namespace)
                .build())
        .create();
  }

  /** A new token. */
  public String token() {
    return cluster
        .client()
        .serviceAccounts()
        .inNamespace(namespace)
        .withName(name)
        .tokenRequest(
            new TokenRequestBuilder().withNewSpec().withExpirationSeconds(600L).endSpec().build())
        .getStatus()
        .getToken();
  }

  /** Makes it anew: the server refuses every token so far, at the latest when its cache ends. */
  public void revoke() {
    cluster.client().serviceAccounts().inNamespace(namespace).withName(name).delete();
    create();
  }

  private void create() {
    cluster
        .client()
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .build())
        .create();
  }
}
